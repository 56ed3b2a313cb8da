// A certificate that was made for the charge point, from then on until it is known what has become of it.
import type { CertificateMade, CertificateSettled } from "../events.ts";
import type { Twin } from "../twin.ts";

export function keepCertificate(twin: Twin, { chain: text, at, received }: CertificateMade): Twin {
  return { ...twin, undeliveredCertificate: { text, at, received } };
}

/** One that was made meanwhile goes on waiting. */
export function settleCertificate(twin: Twin, { chain }: CertificateSettled): Twin {
  const { undeliveredCertificate, ...others } = twin;
  return undeliveredCertificate?.text === chain ? others : twin;
}
