// What a row can show of a number that a charge point or a client has sent: one that its type cannot hold is none at all.

/** The number, when an Int32 can hold it. */
export function int32(number: number | undefined): number | undefined {
  return number !== undefined && number === (number | 0) ? number : undefined;
}

/** The number, when it is one. */
export function finite(number: number | undefined): number | undefined {
  return number !== undefined && Number.isFinite(number) ? number : undefined;
}
