// Makes the configuration of a charge point what the settings want, because somebody has said so: one ChangeConfiguration (OCPP 1.6 §5.3)
// for each key that has another value and may be changed.
import type { EpochMs } from "../std/clock.ts";
import { differencesOf } from "../twin/configurationDifferences.ts";
import type { CallCommand, CommandOutcome, ConfigurationCommand } from "../twin/commands.ts";
import type { RoadOut, Settled, Wanted } from "./roadOut.ts";

type Send = (road: RoadOut, wanted: Wanted<CallCommand>) => Promise<Settled>;

/** What a key was answered, or why it was not asked. */
interface Result {
  readonly key: string;
  readonly status: string;
}

/**
 * One key after the other; behind the first that is not answered no others are sent. Where that is the first of all its end is that of the
 * command. `send` is the way of one call.
 */
export async function applyConfiguration(
  road: RoadOut,
  wanted: Wanted<ConfigurationCommand>,
  send: Send,
): Promise<Settled> {
  const { chargePointId } = wanted.command;
  const twin = road.house.twins.get(chargePointId);
  const desired = twin?.desiredConfiguration ?? [];
  if (desired.length === 0) return conflict(`the settings want no configuration of ${chargePointId}`);
  if (twin?.configuration === undefined)
    return conflict(`the configuration of ${chargePointId} is not known; call GetConfiguration first`);
  const results: Result[] = [];
  let sentAt: EpochMs | undefined;
  let answeredAt: EpochMs | undefined;
  let isOver = false;
  for (const { key, desired: value, readonly } of differencesOf(twin.configuration, desired)) {
    if (readonly === true || isOver) {
      results.push({ key, status: readonly === true ? "ReadOnly" : "NotSent" });
      continue;
    }
    const payload = { key, value };
    const command = { kind: "call", chargePointId, action: "ChangeConfiguration", payload } as const;
    const settled = await send(road, { ...wanted, command });
    const status = statusOf(settled.outcome);
    if (status === undefined && sentAt === undefined) return { outcome: settled.outcome, sentAt: settled.sentAt };
    sentAt ??= settled.sentAt;
    answeredAt = settled.answeredAt ?? answeredAt;
    isOver = status === undefined;
    results.push({ key, status: status ?? endOf(settled.outcome) });
  }
  return { outcome: { kind: "answered", response: { results } }, sentAt, answeredAt };
}

/** Undefined where the charge point does not answer, so that the others need not be tried. */
function statusOf(outcome: CommandOutcome): string | undefined {
  if (outcome.kind === "answered") return String(outcome.response["status"]);
  if (outcome.kind === "callError") return outcome.code;
  if (outcome.kind === "malformed") return "Malformed";
  return outcome.kind === "invalid" ? "Invalid" : undefined;
}

/** What became of the first that was not answered: it may have been done only where it was sent. */
function endOf({ kind }: CommandOutcome): string {
  if (kind === "offline") return "Offline";
  return kind === "timedOut" || kind === "tooLarge" ? "TimedOut" : "NotSent";
}

function conflict(text: string): Settled {
  return { outcome: { kind: "conflict", text } };
}
