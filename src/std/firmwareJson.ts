// JSON as firmware writes it: with a byte order mark before it, or with the NUL behind it that ends a text in C. Whatever the text, reading
// it takes time in proportion to its length.

/** The value of a text; undefined for one that is no JSON. */
export function parseFirmwareJson(text: string): unknown {
  const value = parsed(text);
  return value === undefined ? parsedTrimmed(text) : value;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function parsedTrimmed(text: string): unknown {
  const begin = text.startsWith("\uFEFF") ? 1 : 0;
  let end = text.length;
  // An expression with `+$` would begin anew at each of many blanks.
  while (end > begin && isFiller(text.charAt(end - 1))) end--;
  return end - begin === text.length ? undefined : parsed(text.slice(begin, end));
}

function isFiller(character: string): boolean {
  return character === "\0" || character.trim() === "";
}
