// JSON laid out for people, token by token as it was sent: numbers keep their digits, keys that stand twice stay, and what is cut off or no
// JSON at all is shown as far as it goes. Pure.

const INDENT = "  ";
/** A string, also one that never ends; a mark; or anything else up to the next mark. */
const TOKEN = /"(?:[^"\\]|\\.)*"?|[[\]{},:]|[^\s"[\]{},:]+/gsu;

export function prettyJson(raw: string): string {
  const tokens = raw.match(TOKEN) ?? [];
  let depth = 0;
  let text = "";
  const line = () => `\n${INDENT.repeat(Math.max(depth, 0))}`;
  for (const [index, token] of tokens.entries()) {
    const before = tokens[index - 1];
    if (token === "}" || token === "]") {
      depth--;
      text += before === "{" || before === "[" ? token : line() + token;
    } else if (token === ",") text += token + line();
    else if (token === ":") text += ": ";
    else if (token === "{" || token === "[") {
      depth++;
      const after = tokens[index + 1];
      text += token + (after === "}" || after === "]" ? "" : line());
    } else text += isMark(before) || before === undefined ? token : ` ${token}`;
  }
  return text;
}

function isMark(token: string | undefined): boolean {
  return token !== undefined && token.length === 1 && "[]{},:".includes(token);
}
