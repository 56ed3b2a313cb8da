// The certificates of OPC UA applications as they are shown: in the list of the object Bridge and on the command line.
import { sha1ThumbprintOf, uriOf } from "../std/certificateFacts.ts";
import { certificateEntryOf, type ShownCertificate } from "../datapoints/certificates.ts";
import type { StoredCertificate } from "../opcua/trustFolders.ts";

/** Whoever is turned away has chosen his names himself. */
const LONGEST_NAME = 256;
const MOST_SHOWN = 500;

export function shownOf({ state, certificate }: StoredCertificate): ShownCertificate {
  return {
    state,
    subject: nameOf(certificate.subject),
    issuer: nameOf(certificate.issuer),
    applicationUri: (uriOf(certificate) ?? "").slice(0, LONGEST_NAME),
    validFrom: certificate.validFromDate.getTime(),
    validTo: certificate.validToDate.getTime(),
    thumbprint: sha1ThumbprintOf(certificate),
    der: certificate.raw.toString("base64"),
  };
}

/** As JSON; bounded. */
export function shownCertificates(certificates: readonly ShownCertificate[]): string {
  return JSON.stringify(certificates.slice(0, MOST_SHOWN).map(certificateEntryOf));
}

function nameOf(name: string | undefined): string {
  return (name ?? "").replaceAll("\n", ", ").slice(0, LONGEST_NAME);
}
