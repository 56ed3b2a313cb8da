// "Did you mean …?": the known word that a misspelt one resembles.

const LONGEST_WORD = 64;
const SHORTEST_BEGINNING = 4;

/**
 * The candidate that differs from `word` by at most a third of its letters, at least two, whatever the case; else the
 * first one that begins with it.
 */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  if (word.length > LONGEST_WORD) return undefined;
  let found: string | undefined;
  let least = Math.max(2, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    // A word of which nothing is left resembles nothing.
    if (distance < least && distance < candidate.length) [found, least] = [candidate, distance];
  }
  if (found !== undefined || word.length < SHORTEST_BEGINNING) return found;
  return candidates.find((candidate) => candidate.toLowerCase().startsWith(word.toLowerCase()));
}

/** Letters to insert, delete or replace to make `b` of `a` (Levenshtein). */
export function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
