// THE TABLE OF METHODS: every command of a charge point, of a connector and of the folder of charge points, with its arguments
// and the Command that a call of it makes. The arguments of OCPP actions are those of the schemas.
import { actionsFromCentralSystem } from "../schema/ocpp16.generated.ts";
import { fieldsOf, summaryOfAction } from "../schema/ocpp16.ts";
import type { Command, LocalListCommand, Payload, Role } from "../twin/commands.ts";
import type { RegistrationStatus } from "../twin/twin.ts";
import { argumentsOf, type Argument } from "./arguments.ts";
import { roleForAction, roleForKind } from "./commandRoles.ts";
import type { Target } from "./target.ts";

export interface Method {
  /** BrowseName. */
  readonly name: string;
  readonly description: string;
  readonly inputs: readonly Argument[];
  readonly outputs: readonly Argument[];
  /** The least role that may call it. */
  readonly role: Role;
  /** What is wanted when it is called with these fields (arguments.ts `payloadOf`). */
  readonly command: (target: Target, payload: Payload) => Command;
  /** The fields of the outputs that a response makes; undefined where they are those of the response. */
  readonly answer?: (response: Payload) => Payload;
}

type Action = (typeof actionsFromCentralSystem)[number];

function actionMethod(action: Action): Method {
  return {
    name: action,
    description: summaryOfAction(action).description,
    inputs: argumentsOf(fieldsOf(action, "request")),
    outputs: argumentsOf(fieldsOf(action, "response")),
    role: roleForAction(action, true),
    command: ({ chargePointId }, payload) => ({ kind: "call", chargePointId, action, payload }),
  };
}

/** The method of an action on a connector: its id is not asked for. `only` keeps these arguments alone. */
function connectorMethod(action: Action, only?: readonly string[]): Method {
  const method = actionMethod(action);
  return {
    ...method,
    inputs: method.inputs.filter(({ field }) => field !== "connectorId" && (only?.includes(field) ?? true)),
    command: ({ chargePointId, connectorId }, payload) => ({
      kind: "call",
      chargePointId,
      connectorId,
      action,
      payload: { ...payload, connectorId },
    }),
  };
}

function own(name: string, type: string, description: string, isRequired = true): Argument {
  const field = name.charAt(0).toLowerCase() + name.slice(1);
  const isEnumeration = type === "RegistrationStatus";
  return { name, field, type, isEnumeration, isList: false, isJson: false, isRequired, description };
}

/** Empty where there is none, as in a call whose arguments cannot be read. */
function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

const id = own("Id", "String", "OCPP identity");
/** The response of what is sent on behalf of a connector. */
const statusOf = (action: Action): readonly Argument[] => argumentsOf(fieldsOf(action, "response"));

const call: Method = {
  name: "Call",
  description: "Sends any action with any payload; one that OCPP 1.6 knows is checked before it is sent",
  inputs: [
    own("Action", "String", "Name of the action as the charge point knows it"),
    { ...own("Payload", "String", "The request as a JSON object", false), isJson: true },
  ],
  outputs: [{ ...own("Response", "String", "The response as a JSON object"), isJson: true }],
  role: "operator",
  command: ({ chargePointId }, { action, payload }) => ({
    kind: "call",
    chargePointId,
    action: textOf(action),
    payload: (payload ?? {}) as Payload,
  }),
  answer: (response) => ({ response }),
};

const updateType = argumentsOf(fieldsOf("SendLocalList", "request")).filter(({ field }) => field === "updateType");

const sendIdTags: Method = {
  name: "SendIdTags",
  description:
    "Makes the list of id tags the local authorization list of the charge point, in as many SendLocalList as it takes",
  inputs: updateType.map((argument) => ({
    ...argument,
    isRequired: false,
    description:
      "Full: the whole list, in place of the one that it has. Differential, or left empty: only what has changed, where it is known what the charge point has; else the whole list, too.",
  })),
  outputs: [
    ...argumentsOf(fieldsOf("SendLocalList", "response")),
    own("ListVersion", "Int32", "Version of the list that the charge point has now, as far as it is known"),
  ],
  role: roleForKind("sendIdTags"),
  command: ({ chargePointId }, { updateType: type }) => ({
    kind: "sendIdTags",
    chargePointId,
    // Anything else is refused on the road, by its name.
    ...(type !== undefined &&
      type !== null &&
      type !== "" && { updateType: type as NonNullable<LocalListCommand["updateType"]> }),
  }),
};

const applyConfiguration: Method = {
  name: "ApplyConfiguration",
  description:
    "Writes the configuration that the settings want: one ChangeConfiguration for each key of State/ConfigurationDifferences that is not read-only",
  inputs: [],
  outputs: [
    {
      ...own("Results", "String", "What each key was answered, or why it was not, as a JSON array of key and status"),
      isJson: true,
    },
  ],
  role: roleForKind("applyConfiguration"),
  command: ({ chargePointId }) => ({ kind: "applyConfiguration", chargePointId }),
};

export const chargePointMethods: readonly Method[] = [
  ...actionsFromCentralSystem.map(actionMethod),
  call,
  sendIdTags,
  applyConfiguration,
];

export const connectorMethods: readonly Method[] = [
  connectorMethod("RemoteStartTransaction", ["idTag"]),
  {
    name: "RemoteStopTransaction",
    description: "Stops the transaction that runs on the connector",
    inputs: [],
    outputs: statusOf("RemoteStopTransaction"),
    role: roleForKind("stopTransaction"),
    command: (target) => ({ kind: "stopTransaction", ...target }),
  },
  connectorMethod("UnlockConnector"),
  connectorMethod("ChangeAvailability"),
  connectorMethod("ReserveNow"),
  {
    name: "SetLimit",
    description: "Limits the current of the connector with a charging profile that fits the charge point",
    inputs: [own("Amperes", "Double", "Limit for each phase, A, from 0; steps of 0.1")],
    outputs: statusOf("SetChargingProfile"),
    role: roleForKind("setLimit"),
    command: (target, { amperes }) => ({ kind: "setLimit", ...target, amperes: Number(amperes) }),
  },
  {
    name: "ClearLimit",
    description: "Takes back what SetLimit has set",
    inputs: [],
    outputs: statusOf("ClearChargingProfile"),
    role: roleForKind("clearLimit"),
    command: (target) => ({ kind: "clearLimit", ...target }),
  },
];

const registrationMethod = (name: string, status: RegistrationStatus, description: string): Method => ({
  name,
  description,
  inputs: [id],
  outputs: [],
  role: roleForKind("setRegistration"),
  command: (_, { id: chargePointId }) => ({
    kind: "setRegistration",
    chargePointId: textOf(chargePointId),
    status,
  }),
});

/** Methods of the folder of all charge points; they name the charge point as an argument. */
export const folderMethods: readonly Method[] = [
  {
    name: "Add",
    description: "Adds a charge point to the register, so that it may connect",
    inputs: [
      id,
      own("Registration", "RegistrationStatus", "Answer to BootNotification; Accepted when left empty", false),
      own(
        "Password",
        "String",
        "Password, or 40 hexadecimal digits of an AuthorizationKey; none when left empty",
        false,
      ),
      own("Connectors", "Int32", "Number of connectors that are shown before they report", false),
    ],
    outputs: [],
    role: roleForKind("add"),
    command: (_, { id: chargePointId, ...rest }) => ({ kind: "add", chargePointId: textOf(chargePointId), ...rest }),
  },
  {
    name: "Remove",
    description: "Removes a charge point that is not connected, with all its values",
    inputs: [id],
    outputs: [],
    role: roleForKind("remove"),
    command: (_, { id: chargePointId }) => ({ kind: "remove", chargePointId: textOf(chargePointId) }),
  },
  registrationMethod("Accept", "Accepted", "Accepts a charge point: its next BootNotification is answered Accepted"),
  registrationMethod("Reject", "Rejected", "Rejects a charge point: its next BootNotification is answered Rejected"),
];
