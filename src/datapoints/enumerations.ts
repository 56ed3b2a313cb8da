// The enumerations of the address space: OCPP's own, in document order, and ours. Ordinal 0 is always Unknown.
import { enumerations as ocpp } from "../schema/ocpp16.generated.ts";
import { chargePointSections } from "./chargePoint.ts";
import { connectorSections } from "./connector.ts";
import { scalarTypes } from "./row.ts";

const ours = { ConnState: ["NeverConnected", "Connected", "Disconnected"] } as const;

const all: Readonly<Record<string, readonly string[]>> = { ...ocpp, ...ours };

/** Names of all members of an enumeration by ordinal; `[0]` is Unknown. */
export function membersOf(name: string): readonly string[] {
  return ["Unknown", ...(all[name] ?? []).filter((member) => member !== "Unknown")];
}

const ordinals = new Map<string, ReadonlyMap<string, number>>();

/** Ordinal of an OCPP text; 0 for one that the enumeration does not know. */
export function ordinalOf(name: string, member: string): number {
  let members = ordinals.get(name);
  if (members === undefined) {
    members = new Map(membersOf(name).map((text, ordinal) => [text, ordinal]));
    ordinals.set(name, members);
  }
  return members.get(member) ?? 0;
}

/** Every enumeration that a datapoint uses, in order of first use. */
export const usedEnumerations: readonly string[] = [
  ...new Set(
    [...chargePointSections, ...connectorSections]
      .flatMap(({ rows }) => Object.values(rows))
      .map(({ type }) => type)
      .filter((type) => !(scalarTypes as readonly string[]).includes(type)),
  ),
];
