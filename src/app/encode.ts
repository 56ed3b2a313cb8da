// The second step of the road out: a command as the request that OCPP 1.6 has for it. It sends nothing.
import { encodeCall as encodeFrame } from "../ocpp/frame.ts";
import { clearLimitRequest, setLimitRequest, type LimitRequest } from "../ocpp/v16/limits.ts";
import { withoutFractions } from "../ocpp/v16/withoutFractions.ts";
import { actions, directionOf, isAction } from "../schema/ocpp16.ts";
import type { Settings } from "../settings/settings.ts";
import type { CallCommand, CommandOutcome, ConnectorCommand, Payload } from "../twin/commands.ts";
import type { Twin } from "../twin/twin.ts";
import type { OutgoingRequest, RoadOut } from "./roadOut.ts";

type Encoded = OutgoingRequest | CommandOutcome;

/** OCPP-J 1.6 §4.1.3 gives no bound; no action of OCPP 1.6 is half as long. */
export const LONGEST_ACTION = 100;

/** The request for a command, or why there is none. */
export function encode(road: RoadOut, command: CallCommand | ConnectorCommand): Encoded {
  const twin = road.house.twins.get(command.chargePointId);
  if (twin === undefined) throw new Error(`no twin for ${command.chargePointId}`);
  const missing = missingConnector(road, twin, connectorOf(command));
  if (missing !== undefined) return missing;
  switch (command.kind) {
    case "call":
      return encodeCall(road, twin, command);
    case "stopTransaction":
      return stopOf(twin, command.connectorId);
    case "setLimit":
      return limitOf(setLimitRequest(twin, command, road.clock.now()));
    case "clearLimit":
      return limitOf(clearLimitRequest(twin, command.connectorId));
  }
}

/** What a charge point must not be sent where its vendor profile has this flag. */
const harmful: ReadonlyMap<string, "noChangeAvailability" | "noTrigger"> = new Map([
  ["ChangeAvailability", "noChangeAvailability"],
  ["TriggerMessage", "noTrigger"],
  ["ExtendedTriggerMessage", "noTrigger"],
]);

function encodeCall({ settings }: RoadOut, { vendorProfile }: Twin, { action, payload }: CallCommand): Encoded {
  if (action === "") return { kind: "invalid", path: "action", text: "is missing" };
  if (action.length > LONGEST_ACTION)
    return { kind: "invalid", path: "action", text: `must have at most ${LONGEST_ACTION} characters` };
  if (isAction(action) && directionOf(action) === "chargePoint")
    return { kind: "unsupported", text: `${action} is sent by a charge point, not by a central system` };
  const meant = isAction(action)
    ? undefined
    : actions.find((known) => known.toLowerCase() === action.trim().toLowerCase());
  if (meant !== undefined)
    return { kind: "invalid", path: "action", text: `${JSON.stringify(action)} is no action; did you mean ${meant}?` };
  const flag = harmful.get(action);
  if (flag !== undefined && vendorProfile.flags[flag] === true)
    return { kind: "unsupported", text: `by its vendor profile ${vendorProfile.name} it does not bear ${action}` };
  if (Array.isArray(payload)) return { kind: "invalid", path: "payload", text: "must be a JSON object" };
  return tooLong(settings, action, payload) ?? { kind: "request", action, payload: withoutFractions(action, payload) };
}

/** The id of a call is a UUID (OCPP-J 1.6 §4.1.4). */
const SOME_ID = "0".repeat(36);

/** Refuses what is longer than a call may be; a call that counts as much unread output would close the link. */
function tooLong({ limits }: Settings, action: string, payload: Payload): CommandOutcome | undefined {
  const { maxCallBytes, maxUnsentBytes } = limits;
  const half = Math.floor(maxUnsentBytes / 2);
  const [most, limit] =
    maxCallBytes <= half ? [maxCallBytes, "limits.maxCallBytes"] : [half, "half of limits.maxUnsentBytes"];
  const bytes = Buffer.byteLength(encodeFrame(SOME_ID, action, payload));
  if (bytes <= most) return undefined;
  return { kind: "invalid", path: "", text: `the call has ${bytes} bytes, and must have at most ${most} (${limit})` };
}

/** A problem begins with the field that it is about. */
function limitOf(limit: LimitRequest<"SetChargingProfile" | "ClearChargingProfile">): Encoded {
  if (!("problem" in limit)) return { kind: "request", ...limit };
  const [path = "", ...text] = limit.problem.split(": ");
  return { kind: "invalid", path, text: text.join(": ") };
}

/** OCPP 1.6 §5.12: by the id of the transaction, which only the twin knows. */
function stopOf(twin: Twin, connectorId: number): Encoded {
  const transaction = twin.connectors.get(connectorId)?.transaction;
  if (transaction === undefined || !transaction.active)
    return { kind: "conflict", text: `no transaction runs on connector ${connectorId}` };
  const { transactionId } = transaction;
  return { kind: "request", action: "RemoteStopTransaction", payload: { transactionId } };
}

function connectorOf(command: CallCommand | ConnectorCommand): unknown {
  return command.kind === "call" ? (command.payload["connectorId"] ?? command.connectorId) : command.connectorId;
}

/** OCPP 1.6 §9.1.17 */
const NUMBER_OF_CONNECTORS = "numberofconnectors";

/** Only what is certain: where it is not known how many connectors there are, the charge point judges. */
function missingConnector(road: RoadOut, twin: Twin, connectorId: unknown): CommandOutcome | undefined {
  const { maxConnectors } = road.settings.limits;
  if (typeof connectorId !== "number" || Number.isNaN(connectorId)) return undefined;
  if (connectorId > maxConnectors)
    return { kind: "invalid", path: "connectorId", text: `must be at most ${maxConnectors} (limits.maxConnectors)` };
  const told = Number(twin.configuration?.get(NUMBER_OF_CONNECTORS)?.value);
  const known = Number.isInteger(told) && told > 0 ? told : (road.register.get(twin.id)?.connectors ?? 0);
  // One that has reported exists, whatever the number says.
  if (known === 0 || connectorId <= known || twin.connectors.has(connectorId)) return undefined;
  return { kind: "invalid", path: "connectorId", text: `must be at most ${known}: ${twin.id} has no more connectors` };
}
