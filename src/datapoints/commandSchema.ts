// JSON Schemas of commands and of what came of them, as they come from outside as JSON. The types stand in twin/commands.ts;
// ranges, and whether a payload fits its action, are judged on the road, which can say more of them.
import { enumerations } from "../schema/ocpp16.generated.ts";
import type { Command, CommandOutcome } from "../twin/commands.ts";

type Schema = Readonly<Record<string, unknown>>;
type Properties = Readonly<Record<string, Schema>>;

/** Longer than any identity or action; what is longer is no name but a fault or an attack. */
const LONGEST_NAME = 255;
const LONGEST_TEXT = 1_000_000;

const name: Schema = { type: "string", minLength: 1, maxLength: LONGEST_NAME };
const text: Schema = { type: "string", maxLength: LONGEST_TEXT };
const number: Schema = { type: "number" };
const object: Schema = { type: "object" };
const connectorId: Schema = { type: "integer", minimum: 1 };
const registration: Schema = { enum: enumerations.RegistrationStatus };

/** It concerns no charge point. */
const ofSite: Properties = { chargePointId: { const: "" } };

/** What a command holds beside its kind and `chargePointId`: required, then optional. */
const commands: Readonly<Record<Command["kind"], readonly [Properties, Properties?]>> = {
  call: [{ action: text, payload: object }, { connectorId: { type: "integer", minimum: 0 } }],
  setLimit: [{ connectorId, amperes: number }],
  clearLimit: [{ connectorId }],
  stopTransaction: [{ connectorId }],
  setRegistration: [{ status: registration }],
  setHeartbeatInterval: [{ seconds: number }],
  prepare: [{}, { action: text, payload: text }],
  trigger: [{ on: { type: "boolean" } }],
  add: [{}, { registration, password: text, connectors: number }],
  remove: [{}],
  sendIdTags: [{}, { updateType: { enum: enumerations.UpdateType } }],
  applyConfiguration: [{}, {}],
  setIdTag: [
    { ...ofSite, idTag: text, status: text },
    { expiryDate: text, parentIdTag: text },
  ],
  removeIdTag: [{ ...ofSite, idTag: text }],
  findIdTag: [{ ...ofSite, idTag: text }],
  importIdTags: [{ ...ofSite, gathering: number, isWhole: { type: "boolean" } }],
  answerDecision: [
    { ...ofSite, requestId: text, status: text },
    { expiryDate: text, parentIdTag: text, data: text },
  ],
  reloadRules: [{ ...ofSite }],
  addAccount: [
    { ...ofSite, name: text, role: text },
    { password: text, certificate: text },
  ],
  removeAccount: [{ ...ofSite, name: text }],
  setAccountPassword: [{ ...ofSite, name: text, password: text }],
  setAccountCertificate: [{ ...ofSite, name: text, certificate: text }],
  setAccountRole: [{ ...ofSite, name: text, role: text }],
  trustCertificate: [{ ...ofSite, thumbprint: text }],
  rejectCertificate: [{ ...ofSite, thumbprint: text }],
  enableAccount: [{ ...ofSite, name: text, isEnabled: { type: "boolean" } }],
};

const outcomes: Readonly<Record<CommandOutcome["kind"], readonly [Properties, Properties?]>> = {
  answered: [{ response: object }],
  callError: [{ code: text, description: text }],
  malformed: [{ text }],
  timedOut: [{}],
  tooLarge: [{ maxFrameBytes: number }],
  offline: [{}],
  queueFull: [{}],
  expired: [{}],
  invalid: [{ path: text, text }],
  unsupported: [{ text }],
  denied: [{ text }],
  unknown: [{ text }],
  conflict: [{ text }],
  exists: [{ text }],
};

export const commandSchema: Schema = oneOf(commands, { chargePointId: name });
export const outcomeSchema: Schema = oneOf(outcomes, {});

/** An object with these properties and no others. */
export function objectSchema(required: Properties, optional: Properties = {}): Schema {
  return {
    type: "object",
    properties: { ...required, ...optional },
    required: Object.keys(required),
    additionalProperties: false,
  };
}

function oneOf(kinds: Readonly<Record<string, readonly [Properties, Properties?]>>, common: Properties): Schema {
  return {
    type: "object",
    discriminator: { propertyName: "kind" },
    properties: { kind: { type: "string" } },
    required: ["kind"],
    oneOf: Object.entries(kinds).map(([kind, [required, optional]]) =>
      objectSchema({ kind: { const: kind }, ...common, ...required }, optional),
    ),
  };
}
