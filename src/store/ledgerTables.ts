// The ledger in SQL: starts and ends of transactions, each written once however often it is sent. It runs inside the caller's database transaction.
import type Database from "better-sqlite3";
import type { EpochMs } from "../std/clock.ts";
import type { EndRecord, LedgerRecord, Receipt, Session, StartRecord, StopRecord } from "../twin/ledger.ts";
import { parseTimestamp, YEAR_2010 } from "../twin/timestamps.ts";
import { energyOf, flagsOfStart } from "./energy.ts";

const FIRST_DAY: EpochMs = Date.UTC(2026, 0, 1);
const INT32_MAX = 2_147_483_647;
/** Ids that others have given are taken for real up to here; half of the ids then remain whatever a charge point says. */
const HIGHEST_SEEN = 2 ** 30;

interface StartRow {
  readonly transaction_id: number;
  readonly occurrence: number;
  readonly start_assumed: number;
  readonly ended_by: string | null;
  readonly stop_timestamp: string | null;
}

interface RunningRow {
  readonly transaction_id: number;
  readonly connector: number;
  readonly id_tag: string;
  readonly meter_start: number;
  readonly started_at: EpochMs;
  readonly ended_by: string | null;
  readonly energy: number | null;
  readonly flags: string;
}

/**
 * Whether the charge point has a clock that gives no time twice. Without one, and with a register that begins at 0 each time, the next
 * transaction looks like the last one. A clock that is only ahead of ours, perhaps because ours has been set back, still runs; one that is
 * ahead and stands still has given the end of the last one the time of its start.
 */
function isByClock(last: StartRow, timestamp: string): boolean {
  if (last.start_assumed === 0) return true;
  return (parseTimestamp(timestamp) ?? 0) >= YEAR_2010 && last.stop_timestamp !== timestamp;
}

export class LedgerTables {
  readonly #same: Database.Statement<unknown[], StartRow>;
  readonly #insert: Database.Statement;
  readonly #find: Database.Statement<unknown[], RunningRow>;
  readonly #matching: Database.Statement<unknown[], RunningRow>;
  readonly #end: Database.Statement;
  readonly #conclude: Database.Statement;
  readonly #orphan: Database.Statement;
  readonly #highest: Database.Statement<unknown[], number>;
  readonly #setSeen: Database.Statement;

  constructor(database: Database.Database) {
    this.#same = database.prepare(
      `SELECT transaction_id, occurrence, start_assumed, ended_by, stop_timestamp FROM transactions
       WHERE charge_point = ? AND connector = ? AND id_tag = ? AND timestamp = ? AND meter_start = ?
       ORDER BY occurrence DESC LIMIT 1`,
    );
    this.#insert = database.prepare(
      `INSERT INTO transactions (transaction_id, charge_point, connector, id_tag, timestamp, meter_start, occurrence,
         started_at, start_received, start_assumed, id_tag_status, reservation_id, flags)
       VALUES (@id, @chargePoint, @connector, @idTag, @timestamp, @meterStart, @occurrence,
         @at, @received, @assumed, @idTagStatus, @reservationId, @flags)`,
    );
    const columns = `SELECT transaction_id, connector, id_tag, meter_start, started_at, ended_by, energy, flags
      FROM transactions`;
    this.#find = database.prepare(`${columns} WHERE transaction_id = ? AND charge_point = ?`);
    this.#matching = database.prepare(
      `${columns} WHERE charge_point = @chargePoint AND ended_by IS NULL AND id_tag = @idTag AND started_at <= @at
         AND meter_start <= ifnull(@meterStop, meter_start) LIMIT 2`,
    );
    this.#end = database.prepare(
      `UPDATE transactions SET ended_by = 'chargePoint', ended_because = NULL, ended_at = @at, end_received = @received,
         end_assumed = @assumed, stop_timestamp = @timestamp, stop_id_tag = @idTag, meter_stop = @meterStop,
         reason = @reason, transaction_data = @transactionData, energy = @energy, flags = @flags
       WHERE transaction_id = @id`,
    );
    this.#conclude = database.prepare(
      `UPDATE transactions SET ended_by = 'bridge', ended_because = @because, ended_at = @at, end_received = @received,
         end_assumed = 1, energy = @energy, reason = 'Other'
       WHERE transaction_id = @id AND charge_point = @chargePoint AND ended_by IS NULL`,
    );
    this.#orphan = database.prepare(
      `INSERT OR IGNORE INTO stops_without_start (charge_point, transaction_id, timestamp, ended_at, end_received,
         end_assumed, id_tag, meter_stop, reason, transaction_data)
       VALUES (@chargePoint, @id, @timestamp, @at, @received, @assumed, @idTag, @meterStop, @reason, @transactionData)`,
    );
    this.#highest = database.prepare(
      `SELECT max(ifnull((SELECT max(transaction_id) FROM transactions), 0),
         ifnull((SELECT value FROM facts WHERE name = 'highestSeenId'), 0))`,
    );
    this.#highest.pluck();
    this.#setSeen = database.prepare("INSERT OR REPLACE INTO facts (name, value) VALUES ('highestSeenId', ?)");
  }

  write(record: LedgerRecord): Receipt {
    switch (record.kind) {
      case "start":
        return this.#start(record);
      case "stop":
        return this.#stop(record);
      case "end":
        this.#lose(record, "lost");
        return { kind: "noted" };
      case "seen":
        this.#see(record.transactionId);
        return { kind: "noted" };
    }
  }

  #start(record: StartRecord): Receipt {
    const { chargePointId: chargePoint, connectorId: connector, start } = record;
    const { idTag, timestamp, meterStart, at, received } = start;
    const same = this.#same.get(chargePoint, connector, idTag, timestamp, meterStart);
    if (same !== undefined && (same.ended_by === null || isByClock(same, timestamp)))
      return { kind: "started", transactionId: same.transaction_id, isRepeated: true, isOpen: same.ended_by === null };
    const id = this.#nextId(received);
    this.#insert.run({
      id,
      chargePoint,
      connector,
      idTag,
      timestamp,
      meterStart,
      at,
      received,
      occurrence: (same?.occurrence ?? -1) + 1,
      assumed: start.assumed === true ? 1 : 0,
      idTagStatus: start.idTagStatus,
      reservationId: start.reservationId ?? null,
      flags: flagsOfStart(record),
    });
    if (!record.isKept) this.#lose({ chargePointId: chargePoint, transactionId: id, at, received }, "refused");
    else if (record.supersedes !== undefined)
      this.#lose({ chargePointId: chargePoint, ...record.supersedes, at, received }, "superseded");
    return { kind: "started", transactionId: id, isRepeated: false, isOpen: record.isKept };
  }

  #stop(record: StopRecord): Receipt {
    const { chargePointId: chargePoint, stop, timestamp } = record;
    const { transactionId, at, received, reason } = stop;
    const running = this.#find.get(transactionId, chargePoint) ?? this.#guess(record);
    const values = {
      chargePoint,
      timestamp,
      at,
      received,
      reason,
      assumed: stop.assumed === true ? 1 : 0,
      idTag: stop.idTag ?? null,
      meterStop: stop.meterStop ?? null,
      transactionData: stop.transactionData ?? null,
    };
    if (running === undefined) {
      const { changes } = this.#orphan.run({ ...values, id: transactionId });
      this.#see(transactionId);
      return { kind: "stopped", transactionId, isKnown: false, ...(changes === 0 && { isRepeated: true }) };
    }
    const { transaction_id: id } = running;
    const receipt = { kind: "stopped", transactionId: id, isKnown: true } as const;
    // Repeated, because its answer was lost: the first one stands. What we have concluded gives way to what the charge point says.
    if (running.ended_by === "chargePoint") return { ...receipt, session: sessionOf(running), isRepeated: true };
    const isMatched = id !== transactionId;
    const { energy, flags } = energyOf(record, running.meter_start);
    const all = [running.flags, ...flags, isMatched && "matched", running.ended_by === "bridge" && "late"];
    const ended = { energy, flags: all.filter(Boolean).join(" ") };
    this.#end.run({ ...values, id, ...ended });
    return { ...receipt, session: sessionOf({ ...running, ...ended }) };
  }

  /** A charge point that never got an id ends its transaction with 0 or -1: it means the one of that id tag, if only one runs. */
  #guess({ chargePointId, stop }: StopRecord): RunningRow | undefined {
    const { transactionId, idTag, meterStop = null, at } = stop;
    if (transactionId > 0 || idTag === undefined) return undefined;
    const [only, ...others] = this.#matching.all({ chargePoint: chargePointId, idTag, meterStop, at });
    return others.length === 0 ? only : undefined;
  }

  #lose(record: Omit<EndRecord, "kind">, because: "lost" | "superseded" | "refused"): void {
    const { chargePointId: chargePoint, transactionId: id, at, received, sampledEnergy: energy = null } = record;
    this.#conclude.run({ id, chargePoint, at, received, energy, because });
  }

  /**
   * Above every id that was given or seen; and not below the seconds since 2026, so that ids also ascend when the file was
   * damaged or an older copy has been restored, as long as there was less than one transaction a second on average.
   */
  #nextId(now: EpochMs): number {
    const id = Math.max(this.#last() + 1, lowestIdGivenAt(now));
    if (id > INT32_MAX) throw new Error("every transaction id that fits Int32 has been given");
    return id;
  }

  #see(id: number): void {
    if (Number.isInteger(id) && id <= HIGHEST_SEEN && id > this.#last()) this.#setSeen.run(id);
  }

  #last(): number {
    return this.#highest.get() ?? 0;
  }
}

/** No transaction that began at or after `at` has a lower id. */
export function lowestIdGivenAt(at: EpochMs): number {
  return Math.min(Math.max(Math.floor((at - FIRST_DAY) / 1000), 0), HIGHEST_SEEN) + 1;
}

function sessionOf({ connector, id_tag, meter_start, started_at, energy, flags }: RunningRow): Session {
  return {
    connectorId: connector,
    idTag: id_tag,
    meterStart: meter_start,
    startedAt: started_at,
    ...(energy !== null && { energy }),
    flags,
  };
}
