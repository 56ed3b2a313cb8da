// The TLS side of a port for charge points: which versions and ciphers it speaks, with which certificates, and how these are replaced while
// it is open. It judges no charge point.
import { constants } from "node:crypto";
import { createServer, type Server } from "node:https";
import type { SecureContextOptions } from "node:tls";
import type { TlsSettings } from "../settings/settings.ts";
import type { Clock } from "../std/clock.ts";
import { FileWatch } from "../std/fileWatch.ts";
import type { Log } from "../std/log.ts";
import { readTlsFiles, type Expiry, type ReadTls, type TlsMaterial } from "../std/tlsFiles.ts";

export interface TlsPortOptions {
  /** Its place in the settings: `ocpp.listeners[0]`. */
  readonly section: string;
  readonly tls: TlsSettings;
  /** Whether charge points have to show a certificate (security profile 3). */
  readonly isMutual: boolean;
  readonly handshakeTimeoutMs: number;
  readonly maxHeaderBytes: number;
  readonly clock: Clock;
  readonly log: Log;
}

interface Usable extends Pick<ReadTls, "nextExpiry"> {
  readonly material: TlsMaterial;
}

/** Forward secrecy and authenticated encryption only (RFC 9325 §4.2; RFC 8446 §B.4). */
const CIPHERS = [
  "TLS_AES_128_GCM_SHA256",
  "TLS_AES_256_GCM_SHA384",
  "TLS_CHACHA20_POLY1305_SHA256",
  "ECDHE-ECDSA-AES128-GCM-SHA256",
  "ECDHE-RSA-AES128-GCM-SHA256",
  "ECDHE-ECDSA-AES256-GCM-SHA384",
  "ECDHE-RSA-AES256-GCM-SHA384",
].join(":");

export class TlsPort {
  readonly server: Server;
  readonly #options: TlsPortOptions;
  readonly #watch: FileWatch;
  #nextExpiry: Expiry | undefined;

  private constructor(options: TlsPortOptions, watch: FileWatch, { material, nextExpiry }: Usable) {
    const { handshakeTimeoutMs: handshakeTimeout, maxHeaderBytes: maxHeaderSize, isMutual } = options;
    this.#options = options;
    this.#watch = watch;
    this.#nextExpiry = nextExpiry;
    // Whoever shows no valid certificate is told why over HTTP and gets no further; TLS alone would cut it off without a word.
    const clients = { requestCert: isMutual, rejectUnauthorized: false };
    this.server = createServer({ ...clients, ...contextOf(options, material), handshakeTimeout, maxHeaderSize });
  }

  /** Throws a sentence that names the setting when the files cannot be used. */
  static create(options: TlsPortOptions): TlsPort {
    const { tls, clock, log, section } = options;
    const watch = new FileWatch({ files: filesOf(tls), clock, log, changed: () => port.reload() });
    const read = readTlsFiles(tls, clock.now());
    if (read.material === undefined) {
      watch.stop();
      throw new Error(`${section}.tls: ${sentenceOf(read)}`);
    }
    const port = new TlsPort(options, watch, { ...read, material: read.material });
    return port;
  }

  /** Of the certificates that are in use. */
  get nextExpiry(): Expiry | undefined {
    return this.#nextExpiry;
  }

  /**
   * Reads the files again and serves whoever connects from now on with what they hold; open links stay. Files that do not fit together or a
   * certificate that is not valid change nothing.
   */
  reload(): void {
    const { tls, clock, log, section } = this.#options;
    this.#watch.note();
    const read = readTlsFiles(tls, clock.now());
    // At the start what has expired is better than no port; in the place of what is valid it is not.
    if (read.material === undefined || read.stale !== undefined)
      return log.error(
        { section, error: sentenceOf(read) },
        "the changed certificates are refused; those from before stay in use",
      );
    for (const { message, hint } of read.flaws) log.warn({ section }, `${message}; ${hint}`);
    this.server.setSecureContext(contextOf(this.#options, read.material));
    this.#nextExpiry = read.nextExpiry;
    log.info({ section }, "the changed certificates are in use for new connections");
  }

  /** Watches the files no more. */
  stop(): void {
    this.#watch.stop();
  }
}

/** By the codes of Node and OpenSSL. */
const faults: Readonly<Record<string, string>> = {
  ERR_SSL_HTTP_REQUEST: "plain HTTP came to a port with TLS; dial wss:// instead of ws://",
  ERR_SSL_UNSUPPORTED_PROTOCOL: "it offers no version of TLS from 1.2 on",
  ERR_SSL_NO_SHARED_CIPHER: "it offers no cipher with ECDHE and AES-GCM that fits the key of the certificate",
  ERR_TLS_HANDSHAKE_TIMEOUT: "it took too long",
  ECONNRESET: "it has hung up",
};

/** Why a handshake has failed, as a part of a sentence. */
export function explainTlsFault({ code = "", message }: NodeJS.ErrnoException): string {
  return faults[code] ?? (code === "" ? message : code);
}

function contextOf({ isMutual }: TlsPortOptions, { ca, crl, ...own }: TlsMaterial): SecureContextOptions {
  const { SSL_OP_NO_COMPRESSION, SSL_OP_NO_RENEGOTIATION, SSL_OP_NO_TICKET } = constants;
  const secureOptions = SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION;
  const common = { ...own, minVersion: "TLSv1.2", ciphers: CIPHERS, honorCipherOrder: true } as const;
  if (!isMutual) return { ...common, secureOptions };
  // A resumed connection would not look at validity and revocation again.
  return { ...common, secureOptions: secureOptions | SSL_OP_NO_TICKET, ca, crl };
}

function sentenceOf({ flaws, stale }: ReadTls): string {
  const worst = flaws.find(({ severity }) => severity === "error") ?? stale ?? flaws[0];
  return worst === undefined ? "" : `${worst.message}; ${worst.hint}`;
}

function filesOf({ certificate, key, additionalCertificates, clientCa, crl }: TlsSettings): string[] {
  const pairs = [{ certificate, key }, ...additionalCertificates];
  return [
    ...pairs.flatMap((pair) => [pair.certificate, pair.key]),
    ...(clientCa === undefined ? [] : [clientCa]),
    ...crl,
  ];
}
