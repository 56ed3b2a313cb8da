// A command of every kind, as one crosses the control socket.
import type { Command } from "../../src/twin/commands.ts";

/** By its kind; a further kind of command has no sample until it is written here. */
export const everyKind: { readonly [Kind in Command["kind"]]: Extract<Command, { kind: Kind }> } = {
  call: { kind: "call", chargePointId: "A", connectorId: 0, action: "X", payload: { a: [{ b: null }] } },
  setLimit: { kind: "setLimit", chargePointId: "A", connectorId: 1, amperes: 9.5 },
  clearLimit: { kind: "clearLimit", chargePointId: "A", connectorId: 1 },
  stopTransaction: { kind: "stopTransaction", chargePointId: "A", connectorId: 2 },
  setRegistration: { kind: "setRegistration", chargePointId: "A", status: "Pending" },
  setHeartbeatInterval: { kind: "setHeartbeatInterval", chargePointId: "A", seconds: 60 },
  prepare: { kind: "prepare", chargePointId: "A", action: "Reset" },
  trigger: { kind: "trigger", chargePointId: "A", on: true },
  add: { kind: "add", chargePointId: "A", registration: "Accepted", password: "p", connectors: 2 },
  remove: { kind: "remove", chargePointId: "A" },
  sendIdTags: { kind: "sendIdTags", chargePointId: "A", updateType: "Full" },
  applyConfiguration: { kind: "applyConfiguration", chargePointId: "A" },
  setIdTag: { kind: "setIdTag", chargePointId: "", idTag: "T", status: "Blocked", parentIdTag: "P" },
  removeIdTag: { kind: "removeIdTag", chargePointId: "", idTag: "T" },
  findIdTag: { kind: "findIdTag", chargePointId: "", idTag: "T" },
  importIdTags: { kind: "importIdTags", chargePointId: "", gathering: 1, isWhole: true },
  answerDecision: { kind: "answerDecision", chargePointId: "", requestId: "1", status: "Accepted", data: "D" },
  reloadRules: { kind: "reloadRules", chargePointId: "" },
  addAccount: { kind: "addAccount", chargePointId: "", name: "anna", role: "operator", password: "p" },
  removeAccount: { kind: "removeAccount", chargePointId: "", name: "anna" },
  setAccountPassword: { kind: "setAccountPassword", chargePointId: "", name: "anna", password: "p" },
  setAccountCertificate: { kind: "setAccountCertificate", chargePointId: "", name: "anna", certificate: "MII=" },
  setAccountRole: { kind: "setAccountRole", chargePointId: "", name: "anna", role: "engineer" },
  enableAccount: { kind: "enableAccount", chargePointId: "", name: "anna", isEnabled: false },
  trustCertificate: { kind: "trustCertificate", chargePointId: "", thumbprint: "AB" },
  rejectCertificate: { kind: "rejectCertificate", chargePointId: "", thumbprint: "AB" },
};
