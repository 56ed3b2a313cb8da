// What of a payload may be shown to everybody who reads events, values and the log: all of it but its secrets. Pure.
import { parseFirmwareJson } from "../std/firmwareJson.ts";
import type { Occurrence } from "./occurrences.ts";
import { isPasswordKey, isSecretKey, namesSecret } from "./secretKeys.ts";
import { MASK, hideUrlSecrets } from "./urlSecrets.ts";

/** RFC 7468 §10 and its older kin; one that is not closed is secret up to its end. */
const PRIVATE_KEY = /-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z0-9 ]*PRIVATE KEY-----|$)/gu;
const SECRET_FIELD = /pass(?:word|phrase)|secret|private_?key/iu;
/** Such a field with its value, in a text that is JSON or settings of its own. */
const SECRET_IN_TEXT = /(?:pass(?:word|phrase)|secret|private_?key)[\w"'\\]{0,20}\s{0,5}[:=]/iu;
/**
 * What a frame must have to hold any secret: a name of one (as twin/secretKeys.ts and SECRET_FIELD have them), a URL, a path or a
 * parameter (twin/urlSecrets.ts), or an escape behind which one may stand. Without the flag for Unicode it is faster, and it runs over every
 * frame.
 */
const MAY_HOLD_SECRET =
  /\/(?:\/|up\/|firmware\/)|[\\=%]|authorization|passw|passphrase|secret|private|token|psk|pin["\s]/i;
/** The same of its names alone. */
const NAMES_ANY = /authorizationkey|passw|passphrase|secret|private|token|psk|pin["\s]/i;

/** Levels of lists and objects within each other that anything here takes. */
const DEEPEST = 64;

/** Whether a value is nested so deeply that walking through it could exhaust the stack. */
export function isTooDeep(value: unknown): boolean {
  let level: readonly unknown[] = [value];
  for (let depth = 0; depth < DEEPEST && level.length > 0; depth++)
    level = level.flatMap((each): unknown[] => (typeof each === "object" && each !== null ? Object.values(each) : []));
  return level.length > 0;
}

/** Whether a payload names a secret key anywhere, or sets a value of one; what is too deep to look through counts as such. */
export function bearsSecret(payload: unknown): boolean {
  return isTooDeep(payload) || namesSecret(JSON.stringify(payload)) || setsSecret(payload);
}

/** The same of a text, which may be JSON. */
export function textBearsSecret(text: string): boolean {
  if (namesSecret(text)) return true;
  if (!/^\s*[[{]/u.test(text)) return false;
  try {
    return bearsSecret(JSON.parse(text));
  } catch {
    return false;
  }
}

function setsSecret(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { key, value: set } = value as { key?: unknown; value?: unknown };
  return (typeof key === "string" && set !== undefined && isSecretKey(key)) || Object.values(value).some(setsSecret);
}

/** The value with every secret replaced; a value that is too deep is replaced as a whole. */
export function hideSecrets(value: unknown): unknown {
  return isTooDeep(value) ? MASK : hide(value);
}

function hide(value: unknown): unknown {
  if (typeof value === "string") return hideInText(value);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(hide);
  // ChangeConfiguration.req and the entries of GetConfiguration.conf: the key says what the value is.
  const { key } = value as { key?: unknown };
  const isSecretValue = typeof key === "string" && (isSecretKey(key) || SECRET_FIELD.test(key));
  // DataTransfer.req: the messageId says what the data are.
  const { messageId } = value as { messageId?: unknown };
  const areSecretData = typeof messageId === "string" && (isSecretKey(messageId) || SECRET_FIELD.test(messageId));
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      isSecretKey(name) ||
      SECRET_FIELD.test(name) ||
      (isSecretValue && name === "value") ||
      (areSecretData && name === "data")
        ? MASK
        : hide(inner),
    ]),
  );
}

/** The bare name of a secret key is none; a longer text that has it, such as JSON in a DataTransfer, may go on with it. */
export function hideInText(text: string): string {
  if (!isPasswordKey(text) && (textBearsSecret(text) || SECRET_IN_TEXT.test(text))) return MASK;
  return hideUrlSecrets(text.replace(PRIVATE_KEY, MASK));
}

/** An occurrence of which a charge point has written the texts. A messageId that names a secret says what the data are. */
export function hideInOccurrence(occurrence: Occurrence): Occurrence {
  const fields = hide(occurrence.fields) as Occurrence["fields"];
  const { MessageId: messageId, Data: data } = fields;
  const isSecret = typeof messageId === "string" && data !== undefined && isSecretKey(messageId);
  return {
    ...occurrence,
    message: hideInText(occurrence.message),
    fields: isSecret ? { ...fields, Data: MASK } : fields,
  };
}

/**
 * A frame, or any other text of a charge point, without its secrets. One that holds none stays as it is to the letter; one that may is
 * written anew from what its JSON means; one that is no JSON and names a secret is hidden as a whole.
 */
export function hideInFrame(text: string): string {
  if (!MAY_HOLD_SECRET.test(text)) return text;
  const frame = parseFirmwareJson(text);
  if (frame !== undefined) return JSON.stringify(hideSecrets(frame));
  const plain = text
    .replaceAll(/\\u([0-9a-f]{4})/giu, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    .replaceAll("\\/", "/");
  return NAMES_ANY.test(plain) ? MASK : hideInText(plain);
}
