// What a twin is after a restart: what was known, without a link, with the transactions as the ledger has them. Pure.
import type { EpochMs } from "../std/clock.ts";
import type { KeptTransaction } from "./ledger.ts";
import { reduce } from "./reduce/reduce.ts";
import type { Twin } from "./twin.ts";

/** The twin at `now`; `kept` are the newest transaction of each of its connectors and all that run. The ledger is right where they differ. */
export function restoreTwin(twin: Twin, kept: readonly KeptTransaction[], now: EpochMs): Twin {
  const stamp = { at: now, received: now };
  const unlinked = reduce(twin, { type: "Unlinked", at: Math.min(lastHeardAt(twin), now), received: now });
  const idle = withAccepted(unlinked.command.triggered ? reduce(unlinked, { ...lostCommand, ...stamp }) : unlinked);
  return kept.toSorted((a, b) => a.start.transactionId - b.start.transactionId).reduce(recall, idle);
}

/** When the bridge ended is not known, but until then the charge point was there. */
function lastHeardAt({ lastMessage, presence }: Twin): EpochMs {
  return Math.max(lastMessage?.received ?? 0, presence.received);
}

/**
 * The answer to a boot right before the end may not have been kept. A charge point that was told to wait boots again soon; one that was
 * accepted need not for months, and could not be commanded until then.
 */
function withAccepted(twin: Twin): Twin {
  const { status, answered } = twin.registration;
  if (status !== "Accepted" || answered === undefined || answered === status) return twin;
  return { ...twin, registration: { ...twin.registration, answered: status } };
}

/** A command that was on its way has been sent, perhaps, and nobody knows what came of it. */
const lostCommand = { type: "CommandConcluded", response: "", result: "BadTimeout" } as const;

function recall(twin: Twin, { connectorId: connector, start, stop, energy }: KeptTransaction): Twin {
  const known = twin.connectors.get(connector)?.transaction;
  // Ids ascend: what the connector shows is newer.
  if (known !== undefined && known.transactionId > start.transactionId) return twin;
  const isSame = known?.transactionId === start.transactionId;
  const started = isSame ? twin : reduce(twin, { type: "TransactionStarted", connector, ...start });
  if (stop !== undefined) return reduce(started, { type: "TransactionStopped", connector, ...stop });
  return isSame && !known.active ? resume(twin, connector, energy) : started;
}

/** The ledger knows of no end. */
function resume(twin: Twin, id: number, energy: number | undefined): Twin {
  const connector = twin.connectors.get(id);
  if (connector?.transaction === undefined) return twin;
  const { stop: _, ...running } = connector.transaction;
  const transaction = { ...running, active: true, ...(energy !== undefined && { energy }) };
  return { ...twin, connectors: new Map(twin.connectors).set(id, { ...connector, transaction }) };
}
