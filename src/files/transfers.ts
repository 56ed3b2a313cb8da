// Who may bring or fetch what, until when: every transfer has a token that nobody can guess. It moves no file.
import { randomBytes } from "node:crypto";
import type { Clock, EpochMs } from "../std/clock.ts";

/** What a charge point is asked for. */
export type UploadKind = "diagnostics" | "log";

export interface UploadTransfer {
  readonly way: "upload";
  readonly chargePointId: string;
  readonly kind: UploadKind;
}

export interface DownloadTransfer {
  readonly way: "download";
  readonly chargePointId: string;
  /** A file of the firmware folder. */
  readonly fileName: string;
}

export type Transfer = UploadTransfer | DownloadTransfer;

interface Open {
  readonly transfer: Transfer;
  readonly token: string;
  /** On the clock that never goes back. */
  readonly until: number;
  isBusy: boolean;
}

/** 128 bits: as hexadecimal digits, which every client passes on as they are. */
const TOKEN_BYTES = 16;

/** Repeated commands must not fill the memory: the oldest of a charge point falls out. */
const MOST_OF_ONE = 8;

export class Transfers {
  readonly #clock: Clock;
  readonly #validMs: number;
  readonly #byToken = new Map<string, Open>();
  readonly #byChargePoint = new Map<string, Open[]>();

  constructor(clock: Clock, validMs: number) {
    this.#clock = clock;
    this.#validMs = validMs;
  }

  /** A new token, valid from now; one for later is valid until as long after `from`. */
  open(transfer: Transfer, from: EpochMs = 0): string {
    const token = randomBytes(TOKEN_BYTES).toString("hex");
    const waitMs = Math.max(0, from - this.#clock.now());
    const open: Open = { transfer, token, until: this.#clock.monotonic() + waitMs + this.#validMs, isBusy: false };
    const others = this.#live(transfer.chargePointId);
    for (const old of others.slice(0, Math.max(0, others.length - MOST_OF_ONE + 1))) this.#byToken.delete(old.token);
    this.#byChargePoint.set(transfer.chargePointId, [...others.slice(1 - MOST_OF_ONE), open]);
    this.#byToken.set(token, open);
    return token;
  }

  /** What a token is for while it is valid, whichever way files go. */
  find(token: string): Transfer | undefined {
    return this.#find(token)?.transfer;
  }

  /** What may be fetched with a token, again and again while it is valid. */
  download(token: string): DownloadTransfer | undefined {
    const transfer = this.#find(token)?.transfer;
    return transfer?.way === "download" ? transfer : undefined;
  }

  /** Takes the right to one upload; `busy` while another one is under way with it. */
  claimUpload(token: string): ClaimedUpload | "busy" | undefined {
    const open = this.#find(token);
    if (open === undefined || open.transfer.way !== "upload") return undefined;
    if (open.isBusy) return "busy";
    open.isBusy = true;
    return {
      transfer: open.transfer,
      remainingMs: open.until - this.#clock.monotonic(),
      // A charge point may try again what has failed (OCPP 1.6 §6.27 `retries`).
      giveBack: () => void (open.isBusy = false),
      use: () => this.#drop(open),
    };
  }

  #find(token: string): Open | undefined {
    const open = this.#byToken.get(token);
    if (open === undefined || open.until > this.#clock.monotonic()) return open;
    this.#drop(open);
    return undefined;
  }

  #live(chargePointId: string): Open[] {
    const all = this.#byChargePoint.get(chargePointId) ?? [];
    return all.filter(({ token }) => this.#find(token) !== undefined);
  }

  #drop(open: Open): void {
    const { chargePointId } = open.transfer;
    this.#byToken.delete(open.token);
    const rest = this.#byChargePoint.get(chargePointId)?.filter((other) => other !== open) ?? [];
    if (rest.length === 0) this.#byChargePoint.delete(chargePointId);
    else this.#byChargePoint.set(chargePointId, rest);
  }
}

export interface ClaimedUpload {
  readonly transfer: UploadTransfer;
  /** Until the token is no longer valid, ms. */
  readonly remainingMs: number;
  /** The upload has failed; the token stays valid. */
  giveBack(): void;
  /** The upload is complete; the token is no longer valid. */
  use(): void;
}
