// Bridges that are bad on purpose, each in one way: whoever cannot find these out would not find out real ones either.
import type { House } from "../../src/app/apply.ts";
import type { Door } from "../../src/ocpp/door.ts";
import type { LinkSocket } from "../../src/ocpp/link.ts";
import type { Clock } from "../../src/std/clock.ts";
import type { Ledger, LedgerRecord, Receipt } from "../../src/twin/ledger.ts";
import type { Guarantee } from "./judge.ts";
import type { HandleCall, Seams } from "./seams.ts";

/** Shorter than any firmware waits for an answer. */
const SLOW_MS = 300;

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
    name: "takes values from before a connection for fresh (Linked without expire)",
    breaks: ["G5"],
    seams: () => ({ linked: withoutExpire }),
  },
  {
    name: "handles messages in another order than they came",
    breaks: ["G4"],
    seams: () => ({ socket: overtaking }),
  },
  {
    name: "never answers what takes its time",
    breaks: ["healing"],
    seams: () => ({ handleCall: leavingUnanswered }),
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

/** The values are what they were, as they would be if nobody had thought of them. */
function withoutExpire(real: Door["linked"], { twins }: House): Door["linked"] {
  return (link) => {
    const before = twins.get(link.identity);
    real(link);
    const after = twins.get(link.identity);
    if (before === undefined || after === undefined) return;
    const connectors = [...after.connectors].map(
      ([id, connector]) => [id, { ...connector, meter: before.connectors.get(id)?.meter ?? connector.meter }] as const,
    );
    twins.set({ ...after, meter: before.meter, connectors: new Map(connectors) });
  };
}

const leavingUnanswered =
  (real: HandleCall): HandleCall =>
  (link, call) => {
    const answer = real(link, call);
    return answer instanceof Promise ? { kind: "none" } : answer;
  };

/** Every second message waits, and the one behind it does not. */
function overtaking(real: LinkSocket, clock: Clock): LinkSocket {
  return withMessages(real, (count, take) => {
    if (count % 2 === 0) clock.after(SLOW_MS, take);
    else take();
  });
}

/** `pass` is told how many messages there were before, and takes one when and if it likes. */
function withMessages(real: LinkSocket, pass: (count: number, take: () => void) => void): LinkSocket {
  const on = real.on.bind(real) as (event: string, listener: (told: Buffer) => void) => unknown;
  let count = 0;
  const late = (listener: (told: Buffer) => void) => (told: Buffer) => pass(count++, () => listener(told));
  return Object.assign(real, {
    on: (event: string, listener: (told: Buffer) => void) => on(event, event === "message" ? late(listener) : listener),
  });
}
