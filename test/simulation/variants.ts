// Bridges that are bad on purpose, each in one way: whoever cannot find these out would not find out real ones either.
import type { Ledger, LedgerRecord, Receipt } from "../../src/twin/ledger.ts";
import type { Guarantee } from "./judge.ts";
import type { Seams } from "./seams.ts";

export interface Variant {
  readonly name: string;
  /** One of these must be found broken. */
  readonly breaks: readonly Guarantee[];
  readonly seams: () => Partial<Seams>;
}

export const variants: readonly Variant[] = [
  {
    name: "acknowledges before the disk has synced",
    breaks: ["G1", "G2"],
    seams: () => ({ opened: (database) => void database.pragma("synchronous = OFF") }),
  },
  {
    name: "answers at once, and writes afterwards",
    breaks: ["G1", "G2"],
    seams: () => ({ ledger: answeringAtOnce }),
  },
  {
    name: "answers although the disk is full",
    breaks: ["G1", "G2"],
    seams: () => ({ ledger: answeringAnyway }),
  },
  {
    name: "sends a command again after a time-out",
    breaks: ["G3"],
    seams: () => ({
      callable: (real) => ({
        call: async (action, payload, sent) => {
          const outcome = await real.call(action, payload, sent);
          return outcome.kind === "timedOut" ? real.call(action, payload, sent) : outcome;
        },
      }),
    }),
  },
  {
    name: "lets the end of a superseded socket take the new one along (delete by id)",
    breaks: ["G4", "G5"],
    seams: () => ({
      closed: (links, identity) => {
        const current = links.get(identity);
        if (current !== undefined) links.ended(current);
      },
    }),
  },
  {
    name: "tells repeated messages by their message id, not by the natural key",
    breaks: ["G2"],
    seams: repeatedByMessageId,
  },
  {
    name: "keeps values Good after the socket has closed",
    breaks: ["G5"],
    seams: () => ({ unlinked: () => () => {} }),
  },
  {
    name: "counts transaction ids from 1 again after a restart",
    breaks: ["G1", "G2"],
    seams: () => ({ ledger: countingAnew }),
  },
];

/** What the ledger would say if all went well. */
function hopedFor(record: LedgerRecord, transactionId: number): Receipt {
  if (record.kind === "start") return { kind: "started", transactionId, isRepeated: false, isOpen: true };
  if (record.kind === "stop") return { kind: "stopped", transactionId: record.stop.transactionId, isKnown: false };
  return { kind: "noted" };
}

/** Only the first start waits: from its id on it counts by itself. */
function answeringAtOnce(real: Ledger): Ledger {
  let last: number | undefined;
  return {
    keep: async (record) => {
      const writing = real.keep(record);
      if (record.kind !== "start") return hopedFor(record, 0);
      if (last !== undefined) return hopedFor(record, ++last);
      const receipt = await writing;
      if (receipt.kind === "started") last = receipt.transactionId;
      return receipt;
    },
  };
}

function answeringAnyway(real: Ledger): Ledger {
  let last = 0;
  return {
    keep: async (record) => {
      const receipt = await real.keep(record);
      if (receipt.kind === "started") last = receipt.transactionId;
      return receipt.kind === "failing" ? hopedFor(record, ++last) : receipt;
    },
  };
}

function countingAnew(real: Ledger): Ledger {
  let before: number | undefined;
  return {
    keep: async (record) => {
      const receipt = await real.keep(record);
      if (receipt.kind !== "started") return receipt;
      before ??= receipt.transactionId - 1;
      return { ...receipt, transactionId: receipt.transactionId - before };
    },
  };
}

function repeatedByMessageId(): Partial<Seams> {
  const receipts = new Map<string, Receipt>();
  let messageId = "";
  return {
    handleCall: (real) => (link, call) => {
      messageId = `${link.identity} ${call.id}`;
      return real(link, call);
    },
    ledger: (real) => ({
      keep: async (record) => {
        if (record.kind !== "start") return real.keep(record);
        const id = messageId;
        const known = receipts.get(id);
        if (known !== undefined) return known;
        // Whatever the message says: a new id is a new transaction.
        const timestamp = `${record.start.timestamp} ${id}`;
        const receipt = await real.keep({ ...record, start: { ...record.start, timestamp } });
        if (receipt.kind !== "failing") receipts.set(id, receipt);
        return receipt;
      },
    }),
  };
}
