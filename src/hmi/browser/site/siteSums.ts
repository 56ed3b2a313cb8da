// What the page of the site sums up from the table of charge points. Pure.
import type { ChargePointRow } from "../../shapes.ts";
import { hasFault, hasViolations, stateOfConnector, states, type State } from "../states.ts";

export interface SiteSums {
  readonly connectors: number;
  /** What matters most first; states that no connector is in are left out. */
  readonly byState: readonly { readonly state: State; readonly count: number }[];
  readonly faults: number;
  readonly offline: number;
  readonly violations: number;
  readonly pending: number;
}

export function sumsOf(rows: readonly ChargePointRow[]): SiteSums {
  const counts = new Map<State, number>();
  let connectors = 0;
  for (const row of rows)
    for (const connector of row.connectors) {
      const state = stateOfConnector(row, connector);
      counts.set(state, (counts.get(state) ?? 0) + 1);
      connectors += 1;
    }
  return {
    connectors,
    byState: states.flatMap((state) => {
      const count = counts.get(state);
      return count === undefined ? [] : [{ state, count }];
    }),
    faults: rows.filter(hasFault).length,
    offline: rows.filter(({ connection }) => connection === "Disconnected").length,
    violations: rows.filter(hasViolations).length,
    pending: rows.filter(({ registration }) => registration === "Pending").length,
  };
}
