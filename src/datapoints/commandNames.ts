// What a command is called wherever it is told of: the name by which it was wanted, however it ends. Pure.
import type { Command } from "../twin/commands.ts";
import type { RegistrationStatus } from "../twin/twin.ts";

/**
 * The name of the method that does it (methods.ts), also where it was wanted by writing a datapoint; what no method does has the path of the
 * datapoint that does it. What is called by its action has that, as it was spelt.
 */
export function nameOfCommand(command: Command): string {
  switch (command.kind) {
    case "call":
      return command.action;
    case "setLimit":
      return "SetLimit";
    case "clearLimit":
      return "ClearLimit";
    case "stopTransaction":
      return "RemoteStopTransaction";
    case "setRegistration":
      return nameOfRegistration(command.status);
    case "setHeartbeatInterval":
      return "Config/HeartbeatInterval";
    case "prepare":
      return command.action === undefined ? "Command/Payload" : "Command/Action";
    case "trigger":
      return "Command/Trigger";
    case "add":
      return "Add";
    case "remove":
      return "Remove";
    case "sendIdTags":
      return "SendIdTags";
    case "applyConfiguration":
      return "ApplyConfiguration";
    // Named with their object: another one has a Remove too.
    case "setIdTag":
      return "IdTags/Set";
    case "removeIdTag":
      return "IdTags/Remove";
    case "findIdTag":
      return "IdTags/Find";
    case "importIdTags":
      return "IdTags/Import";
    case "answerDecision":
      return "Decisions/Answer";
    case "reloadRules":
      return "Decisions/ReloadRules";
    case "addAccount":
      return "Accounts/Add";
    case "removeAccount":
      return "Accounts/Remove";
    case "setAccountPassword":
      return "Accounts/SetPassword";
    case "setAccountCertificate":
      return "Accounts/SetCertificate";
    case "setAccountRole":
      return "Accounts/SetRole";
    case "enableAccount":
      return command.isEnabled ? "Accounts/Enable" : "Accounts/Disable";
    case "trustCertificate":
      return "Bridge/TrustCertificate";
    case "rejectCertificate":
      return "Bridge/RejectCertificate";
  }
}

/** No method sets another status; of a write that cannot be read there is none. */
function nameOfRegistration(status: RegistrationStatus | undefined): string {
  if (status === "Accepted") return "Accept";
  return status === "Rejected" ? "Reject" : "Config/RegistrationStatus";
}
