// A certificate file, PEM or DER, as commands want it: DER in base64. Whether it is one is judged by the bridge.
const PEM = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/;
/** Longer than any certificate; whatever is behind it is left out, and the bridge says that it is none. */
const MOST_BYTES = 100_000;

/** Undefined without a file. */
export async function certificateIn(file: File | undefined): Promise<string | undefined> {
  if (file === undefined) return undefined;
  const bytes = new Uint8Array(await file.slice(0, MOST_BYTES).arrayBuffer());
  const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return PEM.exec(text)?.[1]?.replaceAll(/\s/g, "") ?? btoa(text);
}
