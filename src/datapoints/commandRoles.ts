// Who may command what: the least role for each action and for each thing that is done to the bridge itself.
import type { Command, Role } from "../twin/commands.ts";

/** Actions that more than an operator is needed for: they change configuration, firmware or secrets. */
const roleOfAction: ReadonlyMap<string, Role> = new Map<string, Role>(
  Object.entries({
    ChangeConfiguration: "engineer",
    UpdateFirmware: "engineer",
    SignedUpdateFirmware: "engineer",
    CertificateSigned: "administrator",
    DeleteCertificate: "administrator",
    InstallCertificate: "administrator",
  } as const),
);

const roleOfKind: Readonly<Record<Exclude<Command["kind"], "call">, Role>> = {
  setLimit: "operator",
  clearLimit: "operator",
  stopTransaction: "operator",
  setRegistration: "engineer",
  setHeartbeatInterval: "engineer",
  prepare: "operator",
  trigger: "operator",
  add: "engineer",
  remove: "engineer",
  // As SendLocalList: a card that is lost must be blocked at once, and no configuration changes.
  sendIdTags: "operator",
  applyConfiguration: "engineer",
  setIdTag: "operator",
  removeIdTag: "operator",
  findIdTag: "operator",
  importIdTags: "operator",
  answerDecision: "operator",
  reloadRules: "engineer",
  addAccount: "administrator",
  removeAccount: "administrator",
  setAccountPassword: "administrator",
  setAccountCertificate: "administrator",
  setAccountRole: "administrator",
  enableAccount: "administrator",
  trustCertificate: "administrator",
  rejectCertificate: "administrator",
};

/**
 * The least role that may send an action of OCPP; one that is not OCPP's own may do anything, so an engineer must know it. None at all is
 * never sent: whoever may send something is told that it is missing.
 */
export function roleForAction(action: string, isKnown: boolean): Role {
  return roleOfAction.get(action) ?? (isKnown || action === "" ? "operator" : "engineer");
}

/** The least role for a kind of command that is no call. */
export function roleForKind(kind: Exclude<Command["kind"], "call">): Role {
  return roleOfKind[kind];
}
