// Whom the bridge trusts as OPC UA applications: what lies in the folders of the trust list as it was last looked at, and the changes that
// somebody wants of it. It trusts nobody by itself.
import { sha1ThumbprintOf } from "../std/certificateFacts.ts";
import {
  applicationFolder,
  readCertificates,
  rejectCertificate,
  trustCertificate,
  type StoredCertificate,
} from "../opcua/trustFolders.ts";
import type { ShownCertificate } from "../datapoints/certificates.ts";
import { shownCertificates, shownOf } from "./shownCertificates.ts";

export interface TrustPlace {
  readonly dataDirectory: string;
  /** File of the own certificate where the operator's authority has issued it. */
  readonly ownCertificate?: string | undefined;
}

/**
 * `unknown`: there is no such certificate; `authority`: it would be let in all the same, for its issuer is trusted; `failing`: the disk
 * refuses. Nothing has been done on any but `done`.
 */
export type TrustResult = "done" | "unknown" | "authority" | "failing";

export class Trust {
  readonly #place: TrustPlace;
  readonly #root: string;
  readonly #watchers: (() => void)[] = [];
  #listed: readonly StoredCertificate[] = [];
  #certificates: readonly ShownCertificate[] = [];
  /** As clients are shown them. */
  #shown = "[]";
  #mark = "";
  #last: Promise<unknown> = Promise.resolve();

  constructor(place: TrustPlace) {
    this.#place = place;
    this.#root = applicationFolder(place.dataDirectory);
  }

  /** As they were last looked at. */
  list(): readonly StoredCertificate[] {
    return this.#listed;
  }

  /** What they say of themselves. */
  certificates(): readonly ShownCertificate[] {
    return this.#certificates;
  }

  /** The same as a JSON array. */
  shown(): string {
    return this.#shown;
  }

  /** Calls `changed` whenever they lie otherwise than before; whoever waits for a change hears of it afterwards. */
  watch(changed: () => void): void {
    this.#watchers.push(changed);
  }

  /** Reads the folders: files may be moved by hand, and the server's thread puts those there that it turns away. */
  look(): Promise<void> {
    return this.#afterOthers(() => this.#read());
  }

  trust(thumbprint: string): Promise<TrustResult> {
    return this.#change(async () => ((await trustCertificate(this.#root, thumbprint)) ? "done" : "unknown"));
  }

  reject(thumbprint: string): Promise<TrustResult> {
    return this.#change(async () => {
      await this.#read();
      if (this.#hasTrustedIssuer(thumbprint)) return "authority";
      return (await rejectCertificate(this.#root, thumbprint)) ? "done" : "unknown";
    });
  }

  /** One that a trusted authority has issued is let in wherever it lies, until that authority revokes it. */
  #hasTrustedIssuer(thumbprint: string): boolean {
    const found = this.#listed.find(({ certificate }) => sha1ThumbprintOf(certificate) === thumbprint)?.certificate;
    if (found === undefined) return false;
    return this.#listed.some(
      ({ state, certificate }) =>
        state === "trusted" &&
        certificate.fingerprint !== found.fingerprint &&
        found.checkIssued(certificate) &&
        found.verify(certificate.publicKey),
    );
  }

  #change(work: () => Promise<TrustResult>): Promise<TrustResult> {
    return this.#afterOthers(async () => {
      const result = await work().catch((): TrustResult => "failing");
      await this.#read();
      return result;
    });
  }

  async #read(): Promise<void> {
    this.#listed = await readCertificates(this.#root, this.#place.ownCertificate);
    const mark = this.#listed.map(({ state, certificate }) => `${state} ${certificate.fingerprint}`).join();
    if (mark === this.#mark) return;
    this.#mark = mark;
    this.#certificates = this.#listed.map(shownOf);
    this.#shown = shownCertificates(this.#certificates);
    for (const changed of this.#watchers) changed();
  }

  #afterOthers<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => {});
    return done;
  }
}
