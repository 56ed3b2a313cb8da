// Puts an occurrence together: its fields are those that the table of occurrences names, and no others. Pure.
import type { Occurrence } from "../twin/occurrences.ts";
import type { Stamp } from "../twin/twin.ts";
import type { occurrenceTypes } from "./occurrences.ts";
import type { Known } from "./row.ts";

/** OPC 10000-5 §6.4.2: up to a third low, up to two thirds medium, above high. */
export const severities = { information: 100, notice: 300, warning: 500, fault: 700, emergency: 900 } as const;

type TypeName = keyof typeof occurrenceTypes;

interface Told<Type extends TypeName> {
  readonly chargePointId: string;
  /** 0 or undefined is the charge point itself. */
  readonly connector?: number | undefined;
  readonly severity: number;
  readonly message: string;
  readonly fields: Readonly<Record<keyof (typeof occurrenceTypes)[Type]["fields"], Known | undefined>>;
}

export function occurrence<Type extends TypeName>(
  type: Type,
  { at, received, assumed }: Stamp,
  { connector = 0, ...told }: Told<Type>,
): Occurrence {
  return {
    type,
    ...told,
    ...(connector > 0 && { connectorId: connector }),
    at,
    received,
    ...(assumed && { assumed }),
  };
}
