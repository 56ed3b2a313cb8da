// The table of occurrences: every type of event with its fields, as OPC UA shows them in namespace 3.
import type { ScalarType } from "./row.ts";

export interface OccurrenceField {
  /** A scalar type or the name of an enumeration. */
  readonly type: ScalarType | (string & {});
  readonly description: string;
}

export interface OccurrenceType {
  readonly description: string;
  /** Beside ChargePointId and ConnectorId, which every type has. */
  readonly fields: Readonly<Record<string, OccurrenceField>>;
}

/** Fields of every occurrence. ConnectorId is 0 when it concerns no connector. */
export const sharedFields: OccurrenceType["fields"] = {
  ChargePointId: { type: "String", description: "OCPP identity" },
  ConnectorId: { type: "Int32", description: "Connector; 0 is the charge point itself" },
};

export const occurrenceTypes = {
  CommandFinishedEventType: {
    description:
      "A command has ended: it was refused, or it was answered and its effect has been seen or has not been seen in time",
    fields: {
      Action: {
        type: "String",
        description:
          "What was wanted, however it ended: the method, OCPP action or, without a method, written datapoint",
      },
      Payload: {
        type: "String",
        description: "The OCPP request that it became, or else what was passed, as JSON; secrets are left out",
      },
      Response: {
        type: "String",
        description: "The response of the charge point as JSON, secrets left out; empty without one",
      },
      Result: { type: "String", description: "Good, or the name of the Bad code that the caller got" },
      ResultText: { type: "String", description: "What went wrong, with field and rule; empty when nothing did" },
      Effect: {
        type: "String",
        description: "None (nothing has to change), Observed, NotObserved (not in time) or Unknown (the link was lost)",
      },
      EffectText: {
        type: "String",
        description: "What was seen or waited for, or why nothing has to change; empty when nothing is known",
      },
      SentAt: { type: "DateTime", description: "When it went out; empty when nothing was sent" },
      AnsweredAt: { type: "DateTime", description: "When the answer came; null without one" },
      EffectAt: { type: "DateTime", description: "When the effect was seen; null when it was not" },
      RequestedBy: { type: "String", description: "User who wanted it" },
      RequestedVia: { type: "String", description: "method, write, commandVariables, cli or http" },
    },
  },
} satisfies Readonly<Record<string, OccurrenceType>>;
