// Patterns with * and ?, in time bounded by the product of both lengths: what expressions have instead of regular ones, too.

/** Longest pattern, in UTF-16 units. */
export const LONGEST_PATTERN = 100;

/** Whether all of `text` has the form of `pattern`: `*` stands for any characters or none, `?` for one. */
export function glob(text: string, pattern: string): boolean {
  let at = 0;
  let inPattern = 0;
  let star = -1;
  let afterStar = 0;
  while (at < text.length) {
    const sign = pattern[inPattern];
    if (sign === "*") {
      star = inPattern++;
      afterStar = at;
    } else if (sign !== undefined && (sign === "?" || sign === text[at])) {
      at++;
      inPattern++;
    } else if (star >= 0) {
      // The last star takes one character more; those before it need not be tried again.
      inPattern = star + 1;
      at = ++afterStar;
    } else return false;
  }
  while (pattern[inPattern] === "*") inPattern++;
  return inPattern === pattern.length;
}
