// The trust list of applications that says so when it turns one away, and keeps only the latest of those that it has turned away.
import { X509Certificate } from "node:crypto";
import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { OPCUACertificateManager } from "node-opcua";
import type { BoundedWarnings } from "../std/boundedWarnings.ts";
import { lookAt } from "../std/fileMark.ts";
import { Lane } from "../std/lane.ts";

/** Whoever can connect can have a certificate kept (OPC 10000-12 §7.8.2, MaxRejectedListSize). */
const MAX_REJECTED = 100;
/** So many more may lie there before they are cleared away together, for all that is left is read again then. */
const CLEARED_AT_ONCE = 20;

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
  /** The library forgets all that it knows while it reads the folders. */
  readonly #judging = new Lane(1);
  readonly #otherLists: OtherRevocationLists;
  #mark = "";
  #whenRejected: () => void = () => {};

  constructor(rootFolder: string, warnings: BoundedWarnings, words: TrustWords = { about: "an OPC UA client" }) {
    // Watchers do not see all file systems, are late, and pass over a revocation list that is replaced by a newer one of the same name.
    super({ rootFolder, automaticallyAcceptUnknownCertificate: false, disableFileWatchers: true });
    this.#warnings = warnings;
    this.#words = words;
    this.#otherLists = new OtherRevocationLists({ rootFolder, disableFileWatchers: true });
  }

  /** Calls `told` whenever a certificate has been turned away and lies in rejected/. */
  whenRejected(told: () => void): void {
    this.#whenRejected = told;
  }

  /** Judges by what lies in the folders at that moment. */
  override verifyCertificate(...given: Verified): ReturnType<OPCUACertificateManager["verifyCertificate"]> {
    return this.#judging.run(async () => {
      await this.#readChanges();
      return super.verifyCertificate(...given);
    });
  }

  /** The name of the status with which a client would be answered now; nothing is kept of it. */
  async judge(chain: Buffer): Promise<string> {
    return this.verifyCertificate(chain, { acceptCertificateWithValidIssuerChain: true });
  }

  /** The library asks here of each certificate of a chain. */
  override async isCertificateRevoked(
    ...given: Parameters<OPCUACertificateManager["isCertificateRevoked"]>
  ): ReturnType<OPCUACertificateManager["isCertificateRevoked"]> {
    const status = await super.isCertificateRevoked(...given);
    const other = await this.#otherLists.isCertificateRevoked(...given);
    return nameOf(other) === "BadCertificateRevoked" ? other : status;
  }

  async #readChanges(): Promise<void> {
    const folders = [this.trustedFolder, this.crlFolder, this.issuersCertFolder, this.issuersCrlFolder];
    const marks = await Promise.all(folders.map(markOf));
    const mark = marks.join("\n");
    if (mark === this.#mark) return;
    this.#mark = mark;
    await this.reloadCertificates();
    await this.#otherLists.reloadCertificates();
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
    const byHand = `or move the file to ${trusted}; no restart is needed`;
    const { about, advice = `to let it in: ocpp-opcua certificates trust ${thumbprint}, ${byHand}` } = this.#words;
    this.#warnings.warn(
      { subject: subject.replaceAll("\n", ", "), thumbprint, file },
      `${about} was turned away because its certificate is not trusted; ${advice}`,
      thumbprint,
    );
    await this.#dropOldest();
    this.#whenRejected();
  }

  async #fileOf(thumbprint: string): Promise<string> {
    const names = await readdir(this.rejectedFolder);
    const name = names.find((each) => each.toLowerCase().includes(thumbprint));
    return join(this.rejectedFolder, name ?? "");
  }

  async #dropOldest(): Promise<void> {
    const names = await readdir(this.rejectedFolder);
    if (names.length <= MAX_REJECTED + CLEARED_AT_ONCE) return;
    const files = names.map((name) => join(this.rejectedFolder, name));
    const dated = await Promise.all(files.map(async (file) => ({ file, at: await changedAt(file) })));
    const oldest = dated.toSorted((a, b) => a.at - b.at).slice(0, names.length - MAX_REJECTED);
    for (const { file } of oldest) await rm(file, { force: true });
    // What the library still takes for rejected it would not put there again.
    this.#mark = "";
  }
}

/** Of two folders with a list of an issuer the library asks issuers/crl alone; this one asks trusted/crl. */
class OtherRevocationLists extends OPCUACertificateManager {
  override get issuersCrlFolder(): string {
    return this.crlFolder;
  }
}

/** The library does not export its enumeration of texts. */
function nameOf(status: string): string {
  return status;
}

type Verified = Parameters<OPCUACertificateManager["verifyCertificate"]>;

/** How the files of a folder lie on the disk. */
async function markOf(folder: string): Promise<string> {
  const names = await readdir(folder).catch((): string[] => []);
  const marks = await Promise.all(names.map(async (name) => `${name} ${await lookAt(join(folder, name))}`));
  return marks.join("\n");
}

/** Of a file that is gone: the beginning of time. */
async function changedAt(file: string): Promise<number> {
  return stat(file).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
}
