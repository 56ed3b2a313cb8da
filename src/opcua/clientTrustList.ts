// The trust list of applications that says so when it turns one away, and keeps only the latest of those that it has turned away.
import { X509Certificate } from "node:crypto";
import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { OPCUACertificateManager } from "node-opcua";
import type { BoundedWarnings } from "../std/boundedWarnings.ts";

/** Whoever can connect can have a certificate kept (OPC 10000-12 §7.8.2, MaxRejectedListSize). */
const MAX_REJECTED = 100;

/** For the log. */
export interface TrustWords {
  /** Who is turned away. */
  readonly about: string;
  /** What to do to let it in. */
  readonly advice?: string;
}

export class ClientTrustList extends OPCUACertificateManager {
  readonly #warnings: BoundedWarnings;
  readonly #words: TrustWords;

  constructor(rootFolder: string, warnings: BoundedWarnings, words: TrustWords = { about: "an OPC UA client" }) {
    super({ rootFolder, automaticallyAcceptUnknownCertificate: false });
    this.#warnings = warnings;
    this.#words = words;
  }

  /** The library puts every certificate here that it does not trust. */
  override async rejectCertificate(certificateOrChain: Buffer | Buffer[]): Promise<void> {
    await super.rejectCertificate(certificateOrChain);
    const [leaf] = Array.isArray(certificateOrChain) ? certificateOrChain : [certificateOrChain];
    if (leaf === undefined) return;
    const { subject, fingerprint } = new X509Certificate(leaf);
    const thumbprint = fingerprint.replaceAll(":", "").toLowerCase();
    const file = await this.#fileOf(thumbprint);
    const trusted = join(this.rootDir, "trusted", "certs");
    const { about, advice = `move the file to ${trusted} to trust it, no restart is needed` } = this.#words;
    this.#warnings.warn(
      { subject: subject.replaceAll("\n", ", "), thumbprint, file },
      `${about} was turned away because its certificate is not trusted; ${advice}`,
      thumbprint,
    );
    await this.#dropOldest();
  }

  async #fileOf(thumbprint: string): Promise<string> {
    const names = await readdir(this.rejectedFolder);
    const name = names.find((each) => each.toLowerCase().includes(thumbprint));
    return join(this.rejectedFolder, name ?? "");
  }

  async #dropOldest(): Promise<void> {
    const names = await readdir(this.rejectedFolder);
    if (names.length <= MAX_REJECTED) return;
    const files = names.map((name) => join(this.rejectedFolder, name));
    const dated = await Promise.all(files.map(async (file) => ({ file, at: await changedAt(file) })));
    const oldest = dated.toSorted((a, b) => a.at - b.at).slice(0, names.length - MAX_REJECTED);
    for (const { file } of oldest) await rm(file, { force: true });
  }
}

/** Of a file that is gone: the beginning of time. */
async function changedAt(file: string): Promise<number> {
  return stat(file).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
}
