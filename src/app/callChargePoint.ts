// The fourth step of the road out: the call itself, when the charge point is there and may be called.
import type { CallOutcome } from "../ocpp/outgoingCalls.ts";
import type { CommandOutcome } from "../twin/commands.ts";
import type { OutgoingRequest, RoadOut } from "./roadOut.ts";

const offline: CallOutcome = { kind: "offline" };

/** OCPP 1.6 §4.2: not allowed while the registration is Pending. */
const notWhilePending: ReadonlySet<string> = new Set(["RemoteStartTransaction", "RemoteStopTransaction"]);

type Conflict = Extract<CommandOutcome, { kind: "conflict" }>;

/** What became of the call; nothing has been sent on `conflict`, `offline` and `queueFull`. */
export async function callChargePoint(
  { house, linkOf }: RoadOut,
  chargePointId: string,
  { action, payload }: OutgoingRequest,
): Promise<CallOutcome | Conflict> {
  const link = linkOf(chargePointId);
  if (link === undefined) return offline;
  const status = house.twins.get(chargePointId)?.registration.status;
  if (status === "Rejected" || (status === "Pending" && notWhilePending.has(action)))
    return { kind: "conflict", text: `OCPP 1.6 allows no ${action} while the registration is ${status}` };
  return link.call(action, payload);
}
