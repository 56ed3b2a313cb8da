// The list of id tags as a source: whoever stands in it as Accepted may charge, nobody else. Pure; list, transactions and time are handed in.
import { dateTimeOf } from "../../datapoints/idTagFields.ts";
import type { EpochMs } from "../../std/clock.ts";
import { statusAt, type IdTagList, type RunningTransactions } from "../../twin/idTags.ts";
import type { Question, Verdict } from "../../twin/questions.ts";
import { parseTimestamp, stampFrom } from "../../twin/timestamps.ts";

export interface IdTagSource {
  readonly list: IdTagList;
  readonly running: RunningTransactions;
  /** Whether an id tag that charges already may start another transaction elsewhere. */
  readonly concurrentTransactions: "refuse" | "allow";
  readonly now: () => EpochMs;
}

const source = "idTags";

/** Asks the list; undefined for a question that is about no id tag. */
export function askIdTags(asked: IdTagSource, question: Question): Verdict | undefined {
  const { action, idTag } = question;
  if (idTag === undefined || action === "DataTransfer" || action === "BootNotification") return undefined;
  const entry = asked.list.find(idTag);
  if (entry === undefined) return { status: "Invalid", source };
  const status = statusAt(entry, asked.now());
  const { expiresAt, parentIdTag } = entry;
  return {
    status: status === "Accepted" && isElsewhere(asked, idTag, question) ? "ConcurrentTx" : status,
    ...(expiresAt !== undefined && { expiryDate: dateTimeOf(expiresAt) }),
    ...(parentIdTag !== undefined && { parentIdTag }),
    source,
  };
}

/**
 * OCPP 1.6 §7.2: ConcurrentTx is for a StartTransaction alone. What runs on the same connector is the same transaction, or one that
 * has been lost; what began later does not speak against a start that was queued while offline.
 */
function isElsewhere(
  { running, concurrentTransactions, now }: IdTagSource,
  idTag: string,
  question: Question,
): boolean {
  if (question.action !== "StartTransaction" || concurrentTransactions === "allow") return false;
  const { timestamp } = question.payload as { readonly timestamp?: unknown };
  const { at } = stampFrom(parseTimestamp(timestamp), now());
  const isReplay = at < now() - REPLAY_AFTER_MS;
  for (const { chargePointId, connectorId, since } of running.of(idTag)) {
    const isHere = chargePointId === question.chargePointId && connectorId === question.connectorId;
    if (!isHere && (!isReplay || since <= at)) return true;
  }
  return false;
}

/** Two clocks may differ by so much: what is older is a replay. */
const REPLAY_AFTER_MS = 300_000;
