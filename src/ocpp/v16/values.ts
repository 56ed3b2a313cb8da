// Small conversions that several messages share: times both ways, ids in range, verdicts to idTagInfo. Pure.
import type { EpochMs } from "../../std/clock.ts";
import { enumerations, type AuthorizationStatus, type IdTagInfo } from "../../schema/ocpp16.generated.ts";
import type { Violated } from "../../twin/events.ts";
import { leftOutText } from "../../twin/incompleteTexts.ts";
import type { Verdict } from "../../twin/questions.ts";
import { parseTimestamp, stampFrom } from "../../twin/timestamps.ts";
import type { Stamp } from "../../twin/twin.ts";
import type { IncomingAction, Moment } from "./message.ts";

const INT32_MIN = -2_147_483_648;
const INT32_MAX = 2_147_483_647;
const LONGEST_ID_TOKEN = 20;

/** A time as we send it: UTC, without a fraction, for some chargers stumble over one. */
export function formatTime(time: EpochMs): string {
  return `${new Date(time).toISOString().slice(0, 19)}Z`;
}

/** Source time from a timestamp of the charge point, and the time of receipt. */
export function stampOf(timestamp: string | undefined, received: EpochMs): Stamp {
  return stampFrom(parseTimestamp(timestamp), received);
}

/** Whether a number fits the Int32 nodes that show it. */
export function isInt32(value: number | undefined): value is number {
  return value !== undefined && Number.isInteger(value) && value >= INT32_MIN && value <= INT32_MAX;
}

/** Whether there can be a connector of this id, from `lowest` (0 the charge point, 1 the first connector). */
export function isKept(connectorId: number, lowest: 0 | 1, { maxConnectors }: Moment): boolean {
  return Number.isInteger(connectorId) && connectorId >= lowest && connectorId <= maxConnectors;
}

/** Undefined for a connector that may be kept, from `lowest` (0 the charge point, 1 the first connector); else what to count. */
export function connectorViolation(
  { action, connectorId }: { readonly action: IncomingAction; readonly connectorId: number },
  lowest: 0 | 1,
  moment: Moment,
): Violated | undefined {
  if (isKept(connectorId, lowest, moment)) return undefined;
  const text = `${action} connectorId: ${connectorId} is not kept, only ${lowest} to ${moment.maxConnectors}`;
  return violated(1, text, moment);
}

/** A violation that only the handling of a message can find. */
export function violated(count: number, last: string, { received }: Pick<Moment, "received">): Violated {
  return { type: "Violated", count, texts: [last], at: received, received };
}

/** JSON text that is kept as it came, or in its place JSON that says why it is not: a charge point must not fill the memory. */
export function keptText(text: string, { maxKeptCharacters }: Pick<Moment, "maxKeptCharacters">): string {
  if (text.length <= maxKeptCharacters) return text;
  return leftOutText(text.length, "limits.maxKeptCharacters");
}

/** The idTagInfo of an answer (OCPP 1.6 §7.27). Without a verdict nothing spoke against the id tag. */
export function idTagInfoOf(verdict: Verdict | undefined): IdTagInfo {
  if (verdict === undefined) return { status: "Accepted" };
  const { expiryDate, parentIdTag } = verdict;
  return {
    status: authorizationStatusOf(verdict.status),
    ...(expiryDate !== undefined && { expiryDate }),
    // A parent that is no IdToken would make the whole answer invalid.
    ...(parentIdTag !== undefined && parentIdTag.length <= LONGEST_ID_TOKEN && { parentIdTag }),
  };
}

/** A status that OCPP does not know is no permission. */
function authorizationStatusOf(status: string): AuthorizationStatus {
  return enumerations.AuthorizationStatus.find((known) => known === status) ?? "Invalid";
}
