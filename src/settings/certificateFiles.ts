// Whether the certificate files that the settings name can be used, as findings with the place in the settings. It keeps nothing of them.
import { resolve } from "node:path";
import { systemClock } from "../std/clock.ts";
import { readTlsFiles } from "../std/tlsFiles.ts";
import { clean, type Finding, type Path } from "./finding.ts";
import type { TlsSettings } from "./settings.generated.ts";
import type { Settings } from "./settings.ts";

/** Paths in the settings are relative to `directory`, that of the settings file. */
export function findUnusableCertificates({ ocpp }: Pick<Settings, "ocpp">, directory: string): Finding[] {
  const { certificate, key } = ocpp.certificateAuthority ?? {};
  const authority =
    certificate === undefined || key === undefined
      ? []
      : flawsOf({ certificate, key, additionalCertificates: [], crl: [] }, ["ocpp", "certificateAuthority"], directory);
  const ofListeners = ocpp.listeners.flatMap(({ tls }, index) =>
    tls === undefined ? [] : flawsOf(tls as TlsSettings, ["ocpp", "listeners", String(index), "tls"], directory),
  );
  return [...authority, ...ofListeners];
}

function flawsOf(tls: TlsSettings, section: Path, directory: string): Finding[] {
  const files = withAbsolutePaths(tls, directory);
  return readTlsFiles(files, systemClock.now()).flaws.map(({ path, message, ...rest }) => ({
    ...rest,
    path: [...section, ...path],
    message: clean(message),
  }));
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
