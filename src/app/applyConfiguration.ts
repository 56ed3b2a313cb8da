// Makes the configuration of a charge point what the settings want, because somebody has said so: one ChangeConfiguration (OCPP 1.6 §5.3)
// for each key that has another value and may be changed.
import { differencesOf } from "../twin/configurationDifferences.ts";
import type { CallCommand, CommandOutcome, ConfigurationCommand } from "../twin/commands.ts";
import type { RoadOut, Settled, Wanted } from "./roadOut.ts";

type Send = (road: RoadOut, wanted: Wanted<CallCommand>) => Promise<Settled>;

/** What a key was answered, or why it was not asked. */
interface Result {
  readonly key: string;
  readonly status: string;
}

/** One key after the other; it ends with the first that is not answered. `send` is the way of one call. */
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
  for (const { key, desired: value, readonly } of differencesOf(twin.configuration, desired)) {
    if (readonly === true) {
      results.push({ key, status: "ReadOnly" });
      continue;
    }
    const payload = { key, value };
    const { outcome } = await send(road, {
      ...wanted,
      command: { kind: "call", chargePointId, action: "ChangeConfiguration", payload },
    });
    const status = statusOf(outcome);
    if (status === undefined) return { outcome };
    results.push({ key, status });
  }
  return { outcome: { kind: "answered", response: { results } } };
}

/** Undefined where the charge point does not answer, so that the others need not be tried. */
function statusOf(outcome: CommandOutcome): string | undefined {
  if (outcome.kind === "answered") return String(outcome.response["status"]);
  if (outcome.kind === "callError") return outcome.code;
  return outcome.kind === "invalid" ? "Invalid" : undefined;
}

function conflict(text: string): Settled {
  return { outcome: { kind: "conflict", text } };
}
