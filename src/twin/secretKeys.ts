// Configuration keys that are secrets: their values are kept nowhere and shown to nobody. Pure.

/** In lower case. OCPP-J 1.6 §6.2: whoever knows the AuthorizationKey can pass for the charge point. */
export const secretKeys: ReadonlySet<string> = new Set(["authorizationkey"]);

/** Whether the value of a configuration key is a secret; case does not matter (OCPP 1.6 §7.29). */
export function isSecretKey(key: string): boolean {
  return secretKeys.has(key.trim().toLowerCase());
}
