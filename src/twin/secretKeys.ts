// Configuration keys that are secrets: their values are kept nowhere and shown to nobody. Pure.

/** In lower case; the passwords of charge points, whose very name makes a text secret. OCPP-J 1.6 §6.2: whoever knows the AuthorizationKey can pass for the charge point. */
export const secretKeys: ReadonlySet<string> = new Set(["authorizationkey"]);

/** Vendors' own: of the network, of a SIM card, of another back end. No key of OCPP 1.6 §9 is called so. */
const SECRET_NAME = /password|passwd|secret|token|psk|pin$/u;

/** Whether the value of a configuration key is the password of the charge point; case does not matter (OCPP 1.6 §7.29). */
export function isPasswordKey(key: string): boolean {
  return secretKeys.has(key.trim().toLowerCase());
}

/** Whether the value of a configuration key is a secret: the password, or what a vendor calls one. */
export function isSecretKey(key: string): boolean {
  return isPasswordKey(key) || SECRET_NAME.test(key.trim().toLowerCase());
}

/** Whether a text names a configuration key that is secret, in whatever spelling. */
export function namesSecret(text: string): boolean {
  // JSON may spell a letter as \u and its number, and JSON within JSON with more backslashes before it.
  const lower = text
    .replace(/\\u([0-9a-f]{4})/giu, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
    .replaceAll("\\", "")
    .toLowerCase();
  return [...secretKeys].some((key) => lower.includes(key));
}
