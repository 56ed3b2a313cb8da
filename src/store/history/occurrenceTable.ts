// Occurrences and changes of alarms in history.db: one row each, in the order of their time and, where that is the same, as they came.
// It runs inside the caller's database transaction.
import { crc32 } from "node:zlib";
import type Database from "better-sqlite3";
import type { EpochMs } from "../../std/clock.ts";
import { calm, isAlarmChange, withoutCalm, type AlarmChange } from "../../twin/alarms.ts";
import type {
  AnyOccurrence,
  KeptOccurrence,
  OccurrencePage,
  OccurrencePlace,
  OccurrenceQuery,
} from "../../twin/ports.ts";

/** Rows that are removed at a time. */
const SWEPT_TOGETHER = 500;
/** Below and above every number that a row has. */
const FIRST_NUMBER = -1;
const LAST_NUMBER = Number.MAX_SAFE_INTEGER;
/** What stands for the connector of the bridge itself, whose charge point is empty as that of a stray is. */
const BRIDGE = -1;

interface Row {
  readonly number: number;
  readonly at: EpochMs;
  readonly occurrence: string;
  readonly checksum: number;
}

interface Bounds {
  readonly chargePoint: string | undefined;
  readonly connector: number | undefined;
  readonly at: EpochMs;
  readonly number: number;
  readonly to: EpochMs;
}

export class OccurrenceTable {
  /** Told of a row that is not what was written; it is left out. */
  readonly #damaged: (number: number) => void;
  readonly #insert: Database.Statement;
  readonly #pages: ReadonlyMap<string, Database.Statement<[Bounds], Row>>;
  readonly #first: Database.Statement<[], EpochMs | null>;
  readonly #sweep: Database.Statement<[EpochMs, number]>;

  constructor(database: Database.Database, damaged: (number: number) => void) {
    this.#damaged = damaged;
    this.#insert = database.prepare(
      "INSERT INTO occurrences (at, charge_point, connector, occurrence, checksum) VALUES (?, ?, ?, ?, ?)",
    );
    this.#pages = new Map(
      scopes.flatMap((scope) =>
        [false, true].map((isBackward): [string, Database.Statement<[Bounds], Row>] => [
          `${scope} ${isBackward}`,
          database.prepare<[Bounds], Row>(selectOf(scope, isBackward)),
        ]),
      ),
    );
    this.#first = database.prepare<[], EpochMs | null>("SELECT min(at) FROM occurrences").pluck();
    this.#sweep = database.prepare(
      "DELETE FROM occurrences WHERE number IN (SELECT number FROM occurrences WHERE at < ? ORDER BY at LIMIT ?)",
    );
  }

  put(occurrence: AnyOccurrence): void {
    const [at, chargePoint, connector] = placeOf(occurrence);
    // As JSON half a surrogate pair survives.
    const text = JSON.stringify(
      isAlarmChange(occurrence) ? { ...occurrence, state: withoutCalm(occurrence.state) } : occurrence,
    );
    this.#insert.run(at, chargePoint, connector, text, crc32(text));
  }

  page(query: OccurrenceQuery): OccurrencePage {
    const { from, to, chargePointId: chargePoint, connector } = query;
    const isBackward = from > to;
    const { at, number } = beginOf(query);
    const limit = Math.max(1, Math.trunc(query.limit));
    const kept: KeptOccurrence[] = [];
    const statement = this.#pages.get(`${scopeOf(query)} ${isBackward}`);
    for (const row of statement?.iterate({ chargePoint, connector, at, number, to }) ?? []) {
      const occurrence = occurrenceOf(row);
      if (occurrence === undefined) this.#damaged(row.number);
      else if (kept.length === limit) return { kept, more: true };
      else kept.push({ place: { at: row.at, number: row.number }, occurrence });
    }
    return { kept, more: false };
  }

  /** The time of the oldest. */
  first(): EpochMs | undefined {
    return this.#first.get() ?? undefined;
  }

  /** Removes some of those before `horizon`; true when there may be more. */
  sweep(horizon: EpochMs): boolean {
    return this.#sweep.run(horizon, SWEPT_TOGETHER).changes === SWEPT_TOGETHER;
  }
}

function placeOf(occurrence: AnyOccurrence): [at: EpochMs, chargePoint: string, connector: number] {
  const { chargePointId } = occurrence;
  if (isAlarmChange(occurrence))
    return [occurrence.state.at, chargePointId, chargePointId === "" ? BRIDGE : occurrence.connector];
  return [occurrence.at, occurrence.isStray === true ? "" : chargePointId, occurrence.connectorId ?? 0];
}

const scopes = ["all", "chargePoints", "bridge", "chargePoint", "connector"] as const;

const conditions = {
  all: "",
  chargePoints: `connector > ${BRIDGE} AND`,
  bridge: `charge_point = '' AND connector = ${BRIDGE} AND`,
  chargePoint: "charge_point = :chargePoint AND",
  connector: "charge_point = :chargePoint AND connector = :connector AND",
} as const satisfies Readonly<Record<(typeof scopes)[number], string>>;

function scopeOf({ chargePointId, connector, isWithoutBridge }: OccurrenceQuery): (typeof scopes)[number] {
  if (chargePointId === undefined) return isWithoutBridge === true ? "chargePoints" : "all";
  if (chargePointId === "") return "bridge";
  return connector === undefined ? "chargePoint" : "connector";
}

function selectOf(scope: (typeof scopes)[number], isBackward: boolean): string {
  const [next, last, direction] = isBackward ? ["<", ">=", "DESC"] : [">", "<=", "ASC"];
  return `SELECT number, at, occurrence, checksum FROM occurrences
    WHERE ${conditions[scope]} (at, number) ${next} (:at, :number) AND at ${last} :to
    ORDER BY at ${direction}, number ${direction}`;
}

/** Everything of the range lies beyond it. */
function beginOf({ from, to, after }: OccurrenceQuery): OccurrencePlace {
  const isBackward = from > to;
  const edge = { at: from, number: isBackward ? LAST_NUMBER : FIRST_NUMBER };
  if (after === undefined) return edge;
  const isWithin = isBackward ? after.at <= from : after.at >= from;
  return isWithin ? after : edge;
}

/** Undefined when the row is not what was written. */
function occurrenceOf({ occurrence: text, checksum, at }: Row): AnyOccurrence | undefined {
  if (crc32(text) !== checksum) return undefined;
  const occurrence = completed(JSON.parse(text) as AnyOccurrence);
  return placeOf(occurrence)[0] === at ? occurrence : undefined;
}

function completed(occurrence: AnyOccurrence): AnyOccurrence {
  if (!isAlarmChange(occurrence)) return occurrence;
  return { ...occurrence, state: { ...calm, ...occurrence.state } } satisfies AlarmChange;
}
