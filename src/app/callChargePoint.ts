// The fourth step of the road out: the call itself, when the charge point is there and may be called.
import type { CallOutcome } from "../ocpp/outgoingCalls.ts";
import type { EpochMs } from "../std/clock.ts";
import type { CommandOutcome } from "../twin/commands.ts";
import { mergeResponses, pagesOf } from "./configurationPages.ts";
import type { OutgoingRequest, RoadOut } from "./roadOut.ts";

const offline: CallOutcome = { kind: "offline" };
const timedOut = { kind: "timedOut" } as const;

/** OCPP 1.6 §4.2: not allowed while the registration is Pending. */
const notWhilePending: ReadonlySet<string> = new Set(["RemoteStartTransaction", "RemoteStopTransaction"]);

const unsent: ReadonlySet<CommandOutcome["kind"] | CallOutcome["kind"]> = new Set(["offline", "queueFull", "expired"]);

/** Whether nothing of a single call has gone out, though it may go out another time. */
export function isUnsent({ kind }: CommandOutcome): boolean {
  return kind === "conflict" || unsent.has(kind);
}

type Conflict = Extract<CommandOutcome, { kind: "conflict" }>;

/** What became of the call, and when it went out; nothing has been sent on `conflict` and those of `unsent`. */
export async function callChargePoint(
  road: RoadOut,
  chargePointId: string,
  request: OutgoingRequest,
): Promise<{ readonly answer: CallOutcome | Conflict; readonly sentAt: EpochMs | undefined }> {
  let sentAt: EpochMs | undefined;
  const sent = (): void => void (sentAt ??= road.clock.now());
  const answer = await callInPages(road, { chargePointId, request }, sent);
  return { answer: afterParts(answer, sentAt), sentAt };
}

/** What became of the whole when `last` became of its last part: where other parts went out before, at `sentAt`, it is not unsent. */
export function afterParts<Outcome extends { readonly kind: CommandOutcome["kind"] | CallOutcome["kind"] }>(
  last: Outcome,
  sentAt: EpochMs | undefined,
): Outcome | typeof timedOut {
  return sentAt !== undefined && unsent.has(last.kind) ? timedOut : last;
}

async function callInPages(
  { house, linkOf }: RoadOut,
  { chargePointId, request }: { readonly chargePointId: string; readonly request: OutgoingRequest },
  sent: () => void,
): Promise<CallOutcome | Conflict> {
  const link = linkOf(chargePointId);
  if (link === undefined) return offline;
  const twin = house.twins.get(chargePointId);
  const status = twin?.registration.answered ?? twin?.registration.status;
  const { action } = request;
  if (status === "Rejected" || (status === "Pending" && notWhilePending.has(action)))
    return { kind: "conflict", text: `OCPP 1.6 allows no ${action} while the registration is ${status}` };
  const responses: unknown[] = [];
  for (const { payload } of pagesOf(twin, request)) {
    // Each page waits for the one before: a charge point is sent one call at a time anyway.
    const outcome = await link.call(action, payload, sent);
    if (outcome.kind !== "answered") return outcome;
    responses.push(outcome.payload);
  }
  return { kind: "answered", payload: mergeResponses(responses) };
}
