// The object by which SCADA decides: its methods, and the list of the questions that wait for it. What is done by them stands in
// app/decideOrReload.ts.
import type { EpochMs } from "../std/clock.ts";
import type { Payload } from "../twin/commands.ts";
import type { Argument } from "./arguments.ts";
import { roleForKind } from "./commandRoles.ts";
import type { Method } from "./methods.ts";
import type { Datapoint } from "./row.ts";

/** Nobody's: it concerns no charge point. */
const chargePointId = "";

export const decisionMethods: readonly Method[] = [
  {
    name: "Answer",
    description:
      "Answers a question that waits. The first answer counts; a later one, and one after the deadline, is refused",
    inputs: [
      argument("RequestId", "String", "Of the question, as Pending and the event DecisionRequest name it"),
      argument(
        "Status",
        "String",
        "As OCPP spells it: AuthorizationStatus, DataTransferStatus or RegistrationStatus, depending on the action",
      ),
      optional("ExpiryDate", "DateTime", "Until when the id tag may charge; may be left empty"),
      optional("ParentIdTag", "String", "Group that the id tag belongs to. At most 20 characters. May be left empty"),
      optional("Data", "String", "Handed back to the charge point by DataTransfer. May be left empty"),
    ],
    outputs: [],
    role: roleForKind("answerDecision"),
    command: (_, { requestId, status, expiryDate, parentIdTag, data }) => ({
      kind: "answerDecision",
      chargePointId,
      requestId: textOf(requestId) ?? "",
      status: textOf(status) ?? "",
      ...fieldsOf({ expiryDate, parentIdTag, data }),
    }),
  },
  {
    name: "ReloadRules",
    description:
      "Reads the rules files again. With an error in them it is refused, which names the first, and the rules from before stay in use",
    inputs: [],
    outputs: [],
    role: roleForKind("reloadRules"),
    command: () => ({ kind: "reloadRules", chargePointId }),
  },
];

/** Variables of the object. */
export const decisionDatapoints: readonly Datapoint[] = [
  {
    path: "Pending",
    column: 0,
    meterPoint: undefined,
    row: {
      type: "String",
      own: true,
      description:
        "Questions that wait for an answer, as a JSON array of objects with the fields of the event DecisionRequest; Payload is empty where the list would become too long",
    },
  },
];

/** A question that waits, with the fields of its event. */
export interface ShownQuestion {
  readonly requestId: string;
  readonly action: string;
  readonly chargePointId: string;
  readonly connectorId: number;
  readonly idTag: string;
  /** The request as JSON, without its secrets. */
  readonly payload: string;
  readonly deadline: EpochMs;
}

/** What has changed in the list of the questions that wait. */
export interface PendingChange {
  /** Whatever was told before counts no more. */
  readonly isWhole: boolean;
  readonly asked: readonly ShownQuestion[];
  /** Their identifiers. */
  readonly settled: readonly string[];
  readonly at: EpochMs;
}

/** One that waits, as it stands in the list. */
export function pendingEntryOf(shown: ShownQuestion): Readonly<Record<string, string | number>> {
  return {
    RequestId: shown.requestId,
    Action: shown.action,
    ChargePointId: shown.chargePointId,
    ConnectorId: shown.connectorId,
    IdTag: shown.idTag,
    Payload: shown.payload,
    Deadline: new Date(shown.deadline).toISOString(),
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** Those that are texts. */
function fieldsOf(fields: Payload): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(fields).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}

function argument(name: string, type: Argument["type"], description: string): Argument {
  const field = name.charAt(0).toLowerCase() + name.slice(1);
  return { name, field, type, isEnumeration: false, isList: false, isJson: false, isRequired: true, description };
}

function optional(name: string, type: Argument["type"], description: string): Argument {
  return { ...argument(name, type, description), isRequired: false };
}
