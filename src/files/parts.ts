// What the doors of files work with, whatever protocol they speak. It does nothing itself.
import type { Clock } from "../std/clock.ts";
import type { Log } from "../std/log.ts";
import type { Firmware } from "./firmware.ts";
import type { ReceiveOptions } from "./receive.ts";
import type { Transfers, UploadKind } from "./transfers.ts";

/** A file that a charge point has uploaded. */
export interface ReceivedFile {
  readonly chargePointId: string;
  readonly kind: UploadKind;
  readonly fileName: string;
  readonly bytes: number;
  /** Hexadecimal digits. */
  readonly sha256: string;
}

export interface DoorParts extends ReceiveOptions {
  readonly transfers: Transfers;
  readonly firmware: Firmware;
  readonly clock: Clock;
  readonly log: Log;
  readonly idleMs: number;
  readonly received: (file: ReceivedFile) => void;
}
