// What a connector may draw at most. Pure: the same rule for the table and the faceplates.

/** A per phase. The lower one counts of what is commanded and what the charge point offers, as far as they are known. */
export function lowerLimit(commanded: number | undefined, offered: number | undefined): number | undefined {
  if (commanded === undefined || offered === undefined) return commanded ?? offered;
  return Math.min(commanded, offered);
}
