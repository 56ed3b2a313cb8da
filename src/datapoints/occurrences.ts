// The table of occurrences: every type of event with its fields, as OPC UA shows them in namespace 3.
import { chargePointOccurrenceTypes } from "./chargePointOccurrences.ts";
import type { ScalarType } from "./row.ts";

export interface OccurrenceField {
  /** A scalar type or the name of an enumeration. */
  readonly type: ScalarType | (string & {});
  readonly description: string;
}

export interface OccurrenceType {
  readonly description: string;
  /** It never concerns a connector, so that no connector tells of it and ConnectorId would say nothing. */
  readonly isOfChargePoint?: true;
  /** Beside the shared ones. */
  readonly fields: Readonly<Record<string, OccurrenceField>>;
}

const chargePointId: OccurrenceType["fields"] = { ChargePointId: { type: "String", description: "OCPP identity" } };
const connectorId: OccurrenceType["fields"] = {
  ConnectorId: { type: "Int32", description: "Connector; 0 is the charge point itself" },
};

/** All fields of a type: the shared ones first. */
export function allFieldsOf({ isOfChargePoint, fields }: OccurrenceType): OccurrenceType["fields"] {
  return { ...chargePointId, ...(isOfChargePoint === true ? {} : connectorId), ...fields };
}

export const occurrenceTypes = {
  ...chargePointOccurrenceTypes,
  CommandFinishedEventType: {
    description: "A command has been answered, and its effect has been seen or has not been seen in time",
    fields: {
      Action: { type: "String", description: "OCPP action, or what was done to the bridge itself" },
      Payload: { type: "String", description: "The request as JSON; secrets are left out" },
      Response: { type: "String", description: "The response of the charge point as JSON; empty without one" },
      Result: { type: "String", description: "Good, or the name of the Bad code that the caller got" },
      ResultText: { type: "String", description: "What went wrong, with field and rule; empty when nothing did" },
      Effect: {
        type: "String",
        description: "None (nothing to be awaited), Observed, NotObserved (not in time) or Unknown (the link was lost)",
      },
      EffectText: { type: "String", description: "What was seen, or what was waited for" },
      SentAt: { type: "DateTime", description: "When it went out; empty when nothing was sent" },
      AnsweredAt: { type: "DateTime", description: "When the answer came; null without one" },
      EffectAt: { type: "DateTime", description: "When the effect was seen; null when it was not" },
      RequestedBy: { type: "String", description: "User who wanted it" },
      RequestedVia: { type: "String", description: "method, write, commandVariables, cli or http" },
    },
  },
} satisfies Readonly<Record<string, OccurrenceType>>;
