// The secrets that URLs carry: passwords, signatures and tokens by which whoever reads the URL may do what it is for. Pure. They are found
// in any text, also where JSON or another URL around it spells `/`, `&` and `=` in its own way; whatever the
// text, that takes time in proportion to its length.
import { hideFileTokens } from "./fileTokens.ts";

/** What is shown instead of a secret. */
export const MASK = "***";

/** `:` and `//`, plain, in JSON that escapes slashes (`:\/\/`), and in a URL within a URL (`%3A%2F%2F`). */
const AUTHORITY_MARK = String.raw`(?::(?:\\{0,8}\/){2}|%(?:25){0,4}3a(?:%(?:25){0,4}2f){2})`;
/** Of an authority, with its user and the colon behind that; only the mark is taken, for that colon may be the one of the next mark. */
const USER = new RegExp(String.raw`${AUTHORITY_MARK}(?=([^\s/?#:@"<>%\\[]*(?::|%(?:25){0,4}3a)))`, "giu");
const AUTHORITY_HERE = /[^\s/?#"<>]*/uy;
const LAST_AT = /^.*(?:@|%(?:25){0,4}40)/isu;
/** A token in the place of a user, without a password: longer than names are, and with a digit. */
const TOKEN_AS_USER = new RegExp(String.raw`(${AUTHORITY_MARK})(?=[a-z_.~-]{0,99}\d)[\w.~-]{20,1000}@`, "giu");
/** A URL whose password holds a `/`, `?`, `#` or blank that should have been escaped: what follows the first colon is no port. */
const UNESCAPED_PASSWORD = /^([a-z][a-z\d+.-]*:\/\/[^\s/?#:@[]*):(?!\d*(?:[/?#]|$)).*@/isu;

/** What stands before a parameter of a query or fragment. */
const SEPARATOR = String.raw`(?:[?&#;]|\\{1,8}u00(?:26|3f|23|3b)|%(?:25){0,4}(?:3f|26|23|3b))`;
const NAME = String.raw`[\w.~%[\]-]{1,64}?`;
const EQUALS = String.raw`(?:=|\\{1,8}u003d|%(?:25){0,4}3d)`;
/** Up to the next separator, or to whatever ends a URL in a text; escapes of other letters belong to it. */
const VALUE = String.raw`(?:[^\s&#;"'<>\\%]|%(?!(?:25){0,4}(?:26|23|3b))|\\{1,8}(?:\/|u00(?!2[2367]|3[bce])[0-9a-f]{2}))+`;
const PARAMETER = new RegExp(`${SEPARATOR}(${NAME})${EQUALS}`, "giu");
const VALUE_HERE = new RegExp(VALUE, "iuy");

/** Beginning or end of the names by which storages and services call what grants access, without `-`, `_` and `.`, in lower case. */
const SECRET_PARAMETER =
  /^(?:sig|sign|auth|authorization|jwt|sas|pwd|pass|pin|psk|key|code|jsessionid|phpsessid|session|sessionid|sid|hdnea|hdnts|policy|(?:access|account|api|shared|subscription|secret|private)key|ossaccesskeyid|awsaccesskeyid|googleaccessid|keypairid)$|(?:signature|token|password|passwd|passphrase|secret|apikey|accesskey|accountkey|subscriptionkey|credentials?)$/u;
/** Names that mean anything; their values are secret when they are as long as keys are. */
const AMBIGUOUS = /^(?:auth|key|code|sign|session|sid|pass|pin|policy)$/u;
const SHORTEST_KEY = 16;
/** A key has a digit among so many characters. */
const LOOKED_AT = 1000;

/** RFC 7235 §2.1, as a header or as its quotation in JSON. */
const AUTHORIZATION =
  /(authorization["'\\]{0,8}\s{0,5}[:=]\s{0,5}["'\\]{0,8}(?:basic|bearer|digest|token)\s{1,5})[\w+/=.~-]+/giu;

/** The text with every such secret replaced; the rest of the URL says what it is for. */
export function hideUrlSecrets(text: string): string {
  const withoutTokens = hideFileTokens(text);
  const escaped = hidePasswords(withoutTokens);
  const withoutPasswords =
    escaped === withoutTokens ? withoutTokens.replace(UNESCAPED_PASSWORD, `$1:${MASK}@`) : escaped;
  return hideParameters(withoutPasswords.replace(TOKEN_AS_USER, `$1${MASK}@`).replace(AUTHORIZATION, `$1${MASK}`));
}

/**
 * RFC 3986 §3.2.1: what stands between the first colon and the last @ of an authority is a password. One that is cut off ends with the text;
 * digits alone may be a port there.
 */
function hidePasswords(text: string): string {
  let shown = "";
  let end = 0;
  let authority = { end: 0, lastAt: 0 };
  for (const { 0: mark, 1: user = "", index } of text.matchAll(USER)) {
    const begin = index + mark.length + user.length;
    // An authority within a password that is hidden already.
    if (index < end) continue;
    // One within another ends where that ends.
    if (begin >= authority.end) authority = authorityAt(text, begin);
    const isCutOff = authority.end === text.length && !isNumber(text, begin);
    if (authority.lastAt <= begin && !isCutOff) continue;
    shown += `${text.slice(end, begin)}${MASK}@`;
    end = authority.lastAt > begin ? authority.lastAt : text.length;
  }
  return shown + text.slice(end);
}

/** Where the authority of which a part begins at `begin` ends, and where its last @ does. */
function authorityAt(text: string, begin: number): { readonly end: number; readonly lastAt: number } {
  AUTHORITY_HERE.lastIndex = begin;
  const [rest = ""] = AUTHORITY_HERE.exec(text) ?? [];
  const [upToAt = ""] = LAST_AT.exec(rest) ?? [];
  return { end: begin + rest.length, lastAt: begin + upToAt.length };
}

/** Whether nothing but digits, or nothing at all, stands from `begin` on. */
function isNumber(text: string, begin: number): boolean {
  return /^\d*$/u.test(text.slice(begin));
}

/** The value of a parameter that is none may be a URL with parameters of its own. */
function hideParameters(text: string): string {
  let shown = "";
  let end = 0;
  let valueEnd = 0;
  for (const { 0: start, 1: name = "", index } of text.matchAll(PARAMETER)) {
    const begin = index + start.length;
    // A parameter within a value that is hidden already.
    if (index < end) continue;
    // The value of one within another value ends where that ends.
    if (begin >= valueEnd) valueEnd = valueEndAt(text, begin);
    const value = text.slice(begin, valueEnd);
    if (value === "" || !isSecretParameter(name, value)) continue;
    shown += `${text.slice(end, begin)}${MASK}`;
    end = valueEnd;
  }
  return shown + text.slice(end);
}

function valueEndAt(text: string, begin: number): number {
  VALUE_HERE.lastIndex = begin;
  const [value = ""] = VALUE_HERE.exec(text) ?? [];
  return begin + value.length;
}

function isSecretParameter(name: string, value: string): boolean {
  const plain = unescaped(name)
    .toLowerCase()
    .replace(/[^a-z]/gu, "");
  if (!SECRET_PARAMETER.test(plain)) return false;
  return !AMBIGUOUS.test(plain) || (value.length >= SHORTEST_KEY && /\d/u.test(value.slice(0, LOOKED_AT)));
}

function unescaped(name: string): string {
  return name.replace(/%(?:25){0,4}([0-9a-f]{2})/giu, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}
