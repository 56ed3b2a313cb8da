// Every record's way into its table, and everything back out of them at the start.
import type Database from "better-sqlite3";
import { alarmFrom, type KeptAlarm } from "../twin/alarms.ts";
import type { KeptTransaction, Receipt } from "../twin/ledger.ts";
import type { Origin } from "../twin/ports.ts";
import { SNAPSHOT_VERSION, twinFrom } from "../twin/snapshot.ts";
import { AccountTable } from "./accountTable.ts";
import { idTagsOf } from "./idTagRecords.ts";
import { IdTagTable } from "./idTagTable.ts";
import { LedgerTables } from "./ledgerTables.ts";
import type { Restored, StoreRecord } from "./messages.ts";

const PROBE_BYTES = 65_536;

export class Tables {
  readonly #database: Database.Database;
  readonly #ledger: LedgerTables;
  readonly #snapshot: Database.Statement;
  readonly #forget: Database.Statement;
  readonly #enter: Database.Statement;
  readonly #strike: Database.Statement;
  readonly #idTags: IdTagTable;
  readonly #accounts: AccountTable;
  readonly #alarm: Database.Statement;
  readonly #calm: Database.Statement;

  constructor(database: Database.Database) {
    this.#database = database;
    this.#ledger = new LedgerTables(database);
    this.#snapshot = database.prepare(
      "INSERT OR REPLACE INTO snapshots (charge_point, version, origin, twin) VALUES (?, ?, ?, ?)",
    );
    this.#forget = database.prepare("DELETE FROM snapshots WHERE charge_point = ?");
    this.#enter = database.prepare("INSERT OR REPLACE INTO register (charge_point, entry) VALUES (?, ?)");
    this.#strike = database.prepare("DELETE FROM register WHERE charge_point = ?");
    this.#idTags = new IdTagTable(database);
    this.#accounts = new AccountTable(database);
    this.#alarm = database.prepare(
      "INSERT OR REPLACE INTO alarms (charge_point, connector, name, state) VALUES (?, ?, ?, ?)",
    );
    this.#calm = database.prepare("DELETE FROM alarms WHERE charge_point = ? AND connector = ? AND name = ?");
  }

  write(record: StoreRecord): Receipt {
    switch (record.kind) {
      case "snapshot":
        this.#snapshot.run(record.id, SNAPSHOT_VERSION, record.origin, record.text);
        return { kind: "noted" };
      case "forget":
        this.#forget.run(record.id);
        return { kind: "noted" };
      case "register":
        if (record.entry === undefined) this.#strike.run(record.id);
        else this.#enter.run(record.id, record.entry);
        return { kind: "noted" };
      case "idTags":
        this.#idTags.write({ ...record.change, set: idTagsOf(record) });
        return { kind: "noted" };
      case "account":
        this.#accounts.write(record);
        return { kind: "noted" };
      case "alarm": {
        const { chargePointId, connector, name, state } = record;
        if (state === undefined) this.#calm.run(chargePointId, connector, name);
        else this.#alarm.run(chargePointId, connector, name, state);
        return { kind: "noted" };
      }
      default:
        return this.#ledger.write(record);
    }
  }

  /** Throws when the disk refuses as much as a batch of records may need. */
  probe(): void {
    this.#database.prepare("INSERT OR REPLACE INTO facts (name, value) VALUES ('probe', zeroblob(?))").run(PROBE_BYTES);
    this.#database.prepare("DELETE FROM facts WHERE name = 'probe'").run();
  }

  /** Everything that was known; `skipped` is told of what cannot be read. */
  restore(skipped: (chargePoint: string) => void): Restored {
    const twins: { twin: Restored["twins"][number]["twin"]; origin: Origin }[] = [];
    const snapshots = this.#database.prepare<[], SnapshotRow>(
      "SELECT charge_point, version, origin, twin FROM snapshots",
    );
    for (const { charge_point, version, origin, twin: text } of snapshots.iterate()) {
      const twin = version === SNAPSHOT_VERSION ? twinFrom(text) : undefined;
      if (twin === undefined || twin.id !== charge_point) skipped(charge_point);
      else twins.push({ twin, origin });
    }
    const register = this.#database.prepare<[], RegisterRow>("SELECT charge_point, entry FROM register").all();
    return {
      twins,
      transactions: this.#transactions(twins.map(({ twin }) => twin)),
      register: new Map(register.map(({ charge_point, entry }) => [charge_point, entry])),
      idTags: this.#idTags.kept(),
      alarms: this.#alarms(skipped),
      accounts: this.#accounts.kept(),
    };
  }

  #alarms(skipped: (chargePoint: string) => void): KeptAlarm[] {
    const kept: KeptAlarm[] = [];
    const rows = this.#database.prepare<[], AlarmRow>("SELECT charge_point, connector, name, state FROM alarms");
    for (const { charge_point: chargePointId, connector, name, state: text } of rows.iterate()) {
      const state = alarmFrom(text);
      if (state === undefined) skipped(chargePointId);
      else kept.push({ chargePointId, connector, name, state });
    }
    return kept;
  }

  #transactions(twins: readonly Restored["twins"][number]["twin"][]): KeptTransaction[] {
    const rows = new Map<number, TransactionRow>();
    const running = this.#database.prepare<[], TransactionRow>("SELECT * FROM transactions WHERE ended_by IS NULL");
    for (const row of running.iterate()) rows.set(row.transaction_id, row);
    const newest = this.#database.prepare<[string, number], TransactionRow>(
      "SELECT * FROM transactions WHERE charge_point = ? AND connector = ? ORDER BY transaction_id DESC LIMIT 1",
    );
    for (const { id, connectors } of twins)
      for (const connector of connectors.keys()) {
        const row = newest.get(id, connector);
        if (row !== undefined && row.ended_because !== "refused") rows.set(row.transaction_id, row);
      }
    return [...rows.values()].map(keptFrom);
  }
}

interface SnapshotRow {
  readonly charge_point: string;
  readonly version: number;
  readonly origin: Origin;
  readonly twin: string;
}

interface AlarmRow {
  readonly charge_point: string;
  readonly connector: number;
  readonly name: string;
  readonly state: string;
}

interface RegisterRow {
  readonly charge_point: string;
  readonly entry: string;
}

interface TransactionRow {
  readonly transaction_id: number;
  readonly charge_point: string;
  readonly connector: number;
  readonly id_tag: string;
  readonly timestamp: string;
  readonly meter_start: number;
  readonly started_at: number;
  readonly start_received: number;
  readonly start_assumed: number;
  readonly id_tag_status: string;
  readonly reservation_id: number | null;
  readonly ended_by: "chargePoint" | "bridge" | null;
  readonly ended_because: string | null;
  readonly ended_at: number;
  readonly end_received: number;
  readonly end_assumed: number;
  readonly stop_id_tag: string | null;
  readonly meter_stop: number | null;
  readonly reason: string;
  readonly transaction_data: string | null;
  readonly energy: number | null;
}

function keptFrom(row: TransactionRow): KeptTransaction {
  const { transaction_id: transactionId, reservation_id: reservationId, energy } = row;
  return {
    chargePointId: row.charge_point,
    connectorId: row.connector,
    start: {
      transactionId,
      idTag: row.id_tag,
      meterStart: row.meter_start,
      idTagStatus: row.id_tag_status,
      timestamp: row.timestamp,
      at: row.started_at,
      received: row.start_received,
      ...(row.start_assumed === 1 && { assumed: true as const }),
      ...(reservationId !== null && { reservationId }),
    },
    ...(row.ended_by !== null && { stop: stopFrom(row) }),
    ...(energy !== null && { energy }),
  };
}

function stopFrom(row: TransactionRow): NonNullable<KeptTransaction["stop"]> {
  const { stop_id_tag: idTag, meter_stop: meterStop, transaction_data: transactionData } = row;
  return {
    transactionId: row.transaction_id,
    reason: row.reason,
    at: row.ended_at,
    received: row.end_received,
    ...(row.end_assumed === 1 && { assumed: true as const }),
    ...(idTag !== null && { idTag }),
    ...(meterStop !== null && { meterStop }),
    ...(transactionData !== null && { transactionData }),
    ...(row.ended_by === "bridge" && { presumed: true as const }),
  };
}
