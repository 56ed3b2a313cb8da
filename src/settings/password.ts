// What a password of the settings is on the wire.

const AUTHORIZATION_KEY = /^[0-9a-f]{40}$/iu;

/**
 * The bytes of a password: 40 hexadecimal digits are an AuthorizationKey of 20 bytes (OCPP-J 1.6 §6.2), anything else
 * is text in UTF-8.
 */
export function passwordBytes(password: string): Uint8Array {
  return AUTHORIZATION_KEY.test(password)
    ? new Uint8Array(Buffer.from(password, "hex"))
    : new TextEncoder().encode(password);
}
