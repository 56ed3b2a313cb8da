// The list of certificates that GetInstalledCertificateIds has told, once another message has changed what it tells of. Pure.
import type { TwinEvent } from "../../twin/events.ts";
import type { Twin } from "../../twin/twin.ts";

/**
 * What is known becomes uncertain where it names what has changed: the list is of one type of certificates, and one that was installed has
 * hashes that only the charge point tells.
 */
export function outdatedCertificates({ installedCertificates: list }: Twin, changed: string): TwinEvent[] {
  if (list === undefined || !list.text.includes(JSON.stringify(changed))) return [];
  return [{ type: "Noted", topic: "installedCertificates", ...list, stale: true }];
}
