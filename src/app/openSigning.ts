// Whoever signs certificates, opened as the settings say it: the bridge itself, an authority elsewhere by way of a folder, or nobody.
import { openRequestDirectory } from "../files/requestDirectory.ts";
import { openCertificateAuthority } from "../ocpp/certificateAuthority.ts";
import type { Lifecycle } from "../std/lifecycle.ts";
import { Signing, type SigningOptions } from "./signing.ts";

/** Rejects with a sentence that names the setting. */
export async function openSigning(
  lifecycle: Lifecycle,
  options: Omit<SigningOptions, "authority" | "requests">,
): Promise<Signing> {
  const { settings, clock } = options;
  const { certificate, key, requestDirectory: directory, validityDays } = settings.ocpp.certificateAuthority ?? {};
  const log = options.log.child({ part: "signing" });
  if (certificate !== undefined && key !== undefined && validityDays !== undefined) {
    const authority = lifecycle.start("signing", () =>
      openCertificateAuthority({ files: { certificate, key }, validityDays, clock, log }),
    );
    return new Signing({ ...options, authority: await authority.catch(named) });
  }
  if (directory === undefined) return new Signing(options);
  const opening = lifecycle.start("signing", async () =>
    openRequestDirectory({ directory, clock, log, answered: (answer) => signing.takeSigned(answer) }),
  );
  const signing = new Signing({ ...options, requests: await opening.catch(named) });
  return signing;
}

function named(error: unknown): never {
  const why = error instanceof Error ? error.message : String(error);
  throw new Error(`ocpp.certificateAuthority: ${why}`, { cause: error });
}
