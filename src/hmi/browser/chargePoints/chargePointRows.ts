// What the table of charge points shows of a row, and which rows a filter lets through. Pure.
import type { AlarmRow, ChargePointRow, ConnectorRow } from "../../shapes.ts";
import { lowerLimit } from "../limits.ts";
import { oncePer } from "../parts/tableItems.ts";
import { hasFault, hasViolations, stateOfChargePoint, stateOfConnector } from "../states.ts";

/** What only such charge points are shown that need somebody. */
export const abnormalities = ["faults", "violations", "alarms", "pending"] as const;

export interface Filter {
  /** In identity, make, tags. */
  readonly text: string;
  /** Empty for all. */
  readonly state: string;
  readonly connection: string;
  readonly abnormal: string;
}

/** `alarmed` are the charge points with an alarm that nobody has acknowledged. */
export function filterRows(
  rows: readonly ChargePointRow[],
  filter: Filter,
  alarmed: ReadonlySet<string>,
): readonly ChargePointRow[] {
  const wanted = filter.text.trim().toLowerCase();
  return rows.filter(
    (row) =>
      (wanted === "" || searchedIn(row).includes(wanted)) &&
      (filter.connection === "" || row.connection === filter.connection) &&
      (filter.state === "" || hasState(row, filter.state)) &&
      isAbnormal(row, filter.abnormal, alarmed),
  );
}

export function unacknowledgedIn(alarms: Iterable<AlarmRow>): ReadonlySet<string> {
  return new Set([...alarms].filter(({ acknowledged }) => !acknowledged).map(({ chargePointId }) => chargePointId));
}

function hasState(row: ChargePointRow, state: string): boolean {
  return (
    stateOfChargePoint(row) === state || row.connectors.some((connector) => stateOfConnector(row, connector) === state)
  );
}

function isAbnormal(row: ChargePointRow, abnormality: string, alarmed: ReadonlySet<string>): boolean {
  switch (abnormality) {
    case "faults":
      return hasFault(row);
    case "violations":
      return hasViolations(row);
    case "alarms":
      return alarmed.has(row.id);
    case "pending":
      return row.registration === "Pending";
    default:
      return true;
  }
}

const searchedIn = oncePer(({ id, vendor, model, firmware, connectors }: ChargePointRow) =>
  [id, vendor, model, firmware, ...connectors.map(({ tag }) => tag)].join("\n").toLowerCase(),
);

/** Sums over the connectors; undefined where none of them has told. */
export interface Load {
  /** W */
  readonly power: number | undefined;
  /** Wh */
  readonly energy: number | undefined;
  /** A, of the connectors with a limit. */
  readonly current: number | undefined;
  /** A per phase, what they may draw at most. */
  readonly limit: number | undefined;
}

export const loadOf = oncePer(({ connectors }: ChargePointRow): Load => {
  const limited = connectors.filter((each) => each.current !== undefined && limitOf(each) !== undefined);
  return {
    power: sumOf(connectors.map(({ power }) => power)),
    energy: sumOf(connectors.map(({ energy }) => energy)),
    current: sumOf(limited.map(({ current }) => current)),
    limit: sumOf(limited.map(limitOf)),
  };
});

/** Of the running transactions. */
export const tagsOf = oncePer(({ connectors }: ChargePointRow): readonly string[] =>
  connectors.flatMap(({ tag }) => tag ?? []),
);

function limitOf({ limit, offered }: ConnectorRow): number | undefined {
  return lowerLimit(limit, offered);
}

function sumOf(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : known.reduce((sum, value) => sum + value, 0);
}
