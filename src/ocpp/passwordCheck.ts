// Whether a charge point has sent its password, where only the hash of that is known: slowly the first time and off this thread, at once
// when it comes again. It keeps no password.
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { hashedBytes } from "../settings/password.ts";
import { isPassword as isHashed } from "../std/passwordHash.ts";
import { isPassword } from "./credentials.ts";
import type { Admission, HashedPassword } from "./door.ts";

/** What is known of the password of an identity. */
export type KnownPassword = Pick<
  Extract<Admission, { kind: "admitted" }>,
  "password" | "hashed" | "offered" | "keyForm"
>;

/** It was right; `took` is its hash where it is one of those that were only offered. */
export interface Right {
  readonly took?: string;
}

const MOST_PROVEN = 50_000;

interface Proven {
  /** Which hash was proved. */
  readonly hash: string;
  readonly mark: Buffer;
}

export class PasswordCheck {
  /** Of this process, so that what stands in memory is of no use elsewhere. */
  readonly #key = randomBytes(32);
  /** What each identity has proved itself by. */
  readonly #proven = new Map<string, Proven>();

  /** Whether this very password has proved the identity before, and still counts; undefined when it has not. */
  recall(identity: string, sent: Buffer, { hashed, offered = [] }: KnownPassword): Right | undefined {
    const proven = this.#proven.get(identity);
    if (proven === undefined || !timingSafeEqual(proven.mark, this.#markOf(sent))) return undefined;
    if (proven.hash === hashed?.hash) return {};
    return offered.some(({ hash }) => hash === proven.hash) ? { took: proven.hash } : undefined;
  }

  /** Undefined when it is wrong. */
  async prove(identity: string, sent: Buffer, known: KnownPassword): Promise<Right | undefined> {
    const { password, hashed, offered = [], keyForm } = known;
    // Somebody has written another password into the settings since the charge point took its own.
    const isReplaced = password !== undefined && !(hashed !== undefined && (await replaces(hashed, password)));
    if (isReplaced && isPassword(sent, password, keyForm)) return {};
    if (!isReplaced && hashed !== undefined && (await isHashed(hashedBytes(sent), hashed.hash))) {
      this.#keep(identity, sent, hashed.hash);
      return {};
    }
    for (const offer of offered) {
      if (!(await isHashed(hashedBytes(sent), offer.hash))) continue;
      if (password !== undefined && !(await replaces(offer, password))) continue;
      this.#keep(identity, sent, offer.hash);
      return { took: offer.hash };
    }
    return undefined;
  }

  #keep(identity: string, sent: Buffer, hash: string): void {
    if (this.#proven.size >= MOST_PROVEN) this.#proven.clear();
    this.#proven.set(identity, { hash, mark: this.#markOf(sent) });
  }

  #markOf(sent: Buffer): Buffer {
    return createHmac("sha256", this.#key).update(hashedBytes(sent)).digest();
  }
}

/** Whether it has taken the place of the password that stands in the settings now. */
async function replaces({ replaces: before }: HashedPassword, password: string): Promise<boolean> {
  return before !== undefined && isHashed(hashedBytes(password), before);
}
