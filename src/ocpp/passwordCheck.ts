// Whether a charge point has sent its password, where only the hash of that is known: slowly the first time and off this thread, at once
// when it comes again. It keeps no password.
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { hashedBytes, type KeyForm } from "../settings/password.ts";
import { isPassword as isHashed } from "../std/passwordHash.ts";
import { isPassword } from "./credentials.ts";
import type { HashedPassword } from "./door.ts";

/** What is known of the password of an identity. */
export interface KnownPassword {
  readonly password?: string | undefined;
  readonly hashed: HashedPassword;
  /** Which form of a hexadecimal key the charge point sends, where that is known. */
  readonly keyForm?: KeyForm | undefined;
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

  /** Whether this very password has proved the identity before, and is still the one that holds. */
  isProven(identity: string, sent: Buffer, { hashed }: KnownPassword): boolean {
    const proven = this.#proven.get(identity);
    return proven?.hash === hashed.hash && timingSafeEqual(proven.mark, this.#markOf(sent));
  }

  async prove(identity: string, sent: Buffer, { password, hashed, keyForm }: KnownPassword): Promise<boolean> {
    const { hash, replaces } = hashed;
    // Somebody has written another password into the settings since the charge point took its own.
    if (password !== undefined && !(replaces !== undefined && (await isHashed(hashedBytes(password), replaces))))
      return isPassword(sent, password, keyForm);
    if (!(await isHashed(hashedBytes(sent), hash))) return false;
    if (this.#proven.size >= MOST_PROVEN) this.#proven.clear();
    this.#proven.set(identity, { hash, mark: this.#markOf(sent) });
    return true;
  }

  #markOf(sent: Buffer): Buffer {
    return createHmac("sha256", this.#key).update(hashedBytes(sent)).digest();
  }
}
