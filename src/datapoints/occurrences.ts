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
  /** Where it is seen beside the charge point, its connector, the folder of all charge points and the Server. */
  readonly seenAt?: "decisions";
  /** It never concerns a connector, so that no connector tells of it and ConnectorId would say nothing. */
  readonly isOfChargePoint?: true;
  /** Beside the shared ones. */
  readonly fields: Readonly<Record<string, OccurrenceField>>;
}

const chargePointId: OccurrenceType["fields"] = { ChargePointId: { type: "String", description: "OCPP identity" } };
const connectorId: OccurrenceType["fields"] = {
  ConnectorId: { type: "Int32", description: "Connector; 0 is the charge point itself" },
};

const question = {
  RequestId: { type: "String", description: "Names the question in an Answer; empty where SCADA was not asked" },
  Action: {
    type: "String",
    description: "What is decided: Authorize, StartTransaction, StopTransaction, DataTransfer or BootNotification",
  },
  IdTag: { type: "String", description: "Id tag in question; empty when there is none" },
  Payload: { type: "String", description: "The request of the charge point as JSON; secrets are left out" },
} as const satisfies OccurrenceType["fields"];

/** All fields of a type: the shared ones first. */
export function allFieldsOf({ isOfChargePoint, fields }: OccurrenceType): OccurrenceType["fields"] {
  return { ...chargePointId, ...(isOfChargePoint === true ? {} : connectorId), ...fields };
}

export const occurrenceTypes = {
  ...chargePointOccurrenceTypes,
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
  DecisionRequestEventType: {
    description: "A charge point has asked something that SCADA is to decide, by a call of Answer",
    seenAt: "decisions",
    fields: {
      ...question,
      Deadline: { type: "DateTime", description: "From then on an answer is too late, and is refused" },
    },
  },
  DecisionMadeEventType: {
    description: "What a charge point has asked has been decided",
    seenAt: "decisions",
    fields: {
      ...question,
      Source: {
        type: "String",
        description:
          "Whose answer it is: rule, otherwise (of a rule), idTags, scada, module, defaults (of the rules) or default",
      },
      Asked: { type: "String", description: "Who was asked beside the rules, in that order, with commas between" },
      Rule: { type: "String", description: "Name of the rule that decided; empty where it was a default" },
      Status: { type: "String", description: "The status that is answered, as OCPP spells it" },
      Answer: { type: "String", description: "The whole answer as JSON; secrets are left out" },
      AnsweredBy: { type: "String", description: "User who answered where SCADA did; else empty" },
      LatencyMs: { type: "Double", description: "How long the decision took, ms" },
      Reason: { type: "String", description: "What did not go as the rules say; empty when all did" },
    },
  },
} satisfies Readonly<Record<string, OccurrenceType>>;
