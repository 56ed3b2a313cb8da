// What a password of the settings is on the wire.

/** What a charge point sends of a hexadecimal AuthorizationKey: the bytes or their text, or nothing but the text. */
export type KeyForm = "hex" | "text";

/** OCPP-J 1.6 §6.2: a key of 20 bytes. */
const AUTHORIZATION_KEY = /^[0-9a-f]{40}$/iu;
/** "Improved security for OCPP 1.6-J" §3.2.2: 16 to 20 bytes. */
const SHORTER_KEY = /^(?:[0-9a-f]{2}){16,20}$/iu;

/**
 * What is hashed of a password, whether it comes from the settings or from the wire: the bytes of a hexadecimal key, so that neither its
 * form nor the case of its digits matters; anything else as it is.
 */
export function hashedBytes(password: string | Uint8Array): Uint8Array {
  const text = typeof password === "string" ? password : Buffer.from(password).toString("latin1");
  if (SHORTER_KEY.test(text)) return new Uint8Array(Buffer.from(text, "hex"));
  return typeof password === "string" ? new TextEncoder().encode(password) : password;
}

/**
 * The bytes of a password: 40 hexadecimal digits are an AuthorizationKey of 20 bytes, anything else is text in UTF-8. With a form it is
 * certain which of both it is.
 */
export function passwordBytes(password: string, form?: KeyForm): Uint8Array {
  const isKey = form !== "text" && (form === "hex" ? SHORTER_KEY : AUTHORIZATION_KEY).test(password);
  return isKey ? new Uint8Array(Buffer.from(password, "hex")) : new TextEncoder().encode(password);
}
