// Addresses of the two families in one spelling, so that they can be compared and counted.

/** An IPv4 address as such where it came in at a port of both kinds (RFC 4291 §2.5.5.2). */
export function plainAddress(address: string | undefined): string {
  return (address ?? "").replace(/^::ffff:(?=\d+\.)/iu, "");
}
