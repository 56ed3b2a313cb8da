// A section is a part of the twin together with the rows that show it: when the part is the same object, no row can have changed.
import type { Stamp } from "../twin/twin.ts";
import type { Row } from "./row.ts";

export interface Section<Whole> {
  /** The part; undefined while nothing of it is known. */
  readonly part: (whole: Whole) => unknown;
  /** When the part, of this whole, was so. */
  readonly stamp: (part: never, whole: Whole) => Stamp;
  readonly rows: Readonly<Record<string, Row<never>>>;
}

/** A section over a part that bears its own stamp. */
export function section<Whole, Part extends Stamp>(
  part: (whole: Whole) => Part | undefined,
  rows: Readonly<Record<string, Row<Part>>>,
): Section<Whole> {
  return {
    part,
    stamp: (stamped: Stamp) => stamped,
    rows,
  };
}
