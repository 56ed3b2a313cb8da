// Whether the certificate files that the settings name can be used, as findings with the place in the settings. It keeps nothing of them.
import { resolve } from "node:path";
import { systemClock } from "../std/clock.ts";
import { readTlsFiles, type TlsFlaw } from "../std/tlsFiles.ts";
import { findApplicationFlaws } from "./applicationCertificate.ts";
import { clean, type Finding, type Path } from "./finding.ts";
import type { TlsSettings } from "./settings.generated.ts";
import type { Settings } from "./settings.ts";

/** Paths in the settings are relative to `directory`, that of the settings file. */
export function findUnusableCertificates(
  { ocpp, opcua }: Pick<Settings, "ocpp" | "opcua">,
  directory: string,
): Finding[] {
  const { certificate, key } = ocpp.certificateAuthority ?? {};
  const authority =
    certificate === undefined || key === undefined
      ? []
      : flawsOf({ certificate, key, additionalCertificates: [], crl: [] }, ["ocpp", "certificateAuthority"], directory);
  const ofListeners = ocpp.listeners.flatMap(({ tls }, index) =>
    tls === undefined ? [] : flawsOf(tls as TlsSettings, ["ocpp", "listeners", String(index), "tls"], directory),
  );
  return [...authority, ...ofListeners, ...ofApplication(opcua, directory)];
}

/** The bridge's own certificate as an OPC UA application, where the settings name one. */
function ofApplication({ certificate, key }: Settings["opcua"], directory: string): Finding[] {
  if (certificate === undefined || key === undefined) return [];
  const pair = { certificate: resolve(directory, certificate), key: resolve(directory, key) };
  return findApplicationFlaws(pair, systemClock.now()).map((flaw) => findingOf(flaw, ["opcua"]));
}

function flawsOf(tls: TlsSettings, section: Path, directory: string): Finding[] {
  const files = withAbsolutePaths(tls, directory);
  return readTlsFiles(files, systemClock.now()).flaws.map((flaw) => findingOf(flaw, section));
}

function findingOf({ path, message, ...rest }: TlsFlaw, section: Path): Finding {
  return { ...rest, path: [...section, ...path], message: clean(message) };
}

/** The same section with all paths absolute. */
export function withAbsolutePaths(tls: TlsSettings, directory: string): TlsSettings {
  const absolute = (path: string): string => resolve(directory, path);
  const { certificate, key, additionalCertificates, clientCa, crl } = tls;
  return {
    ...tls,
    certificate: absolute(certificate),
    key: absolute(key),
    additionalCertificates: additionalCertificates.map((pair) => ({
      certificate: absolute(pair.certificate),
      key: absolute(pair.key),
    })),
    ...(clientCa === undefined ? {} : { clientCa: absolute(clientCa) }),
    crl: crl.map(absolute),
  };
}
