// How firmwares differ, as far as it puts a central system to the test. Each charge point of a world has one.
import type { Random } from "./random.ts";

export interface Firmware {
  /** How long it waits for an answer, ms. */
  readonly timeoutMs: number;
  /** What it does when none has come: sends again over the same socket, closes it, or leaves it open and dials again. */
  readonly onTimeout: "repeat" | "close" | "abandon";
  /** Whether a message that is sent again has the same message id. */
  readonly keepsMessageId: boolean;
  /** Message ids begin at 1 again after each boot. */
  readonly countsFromBoot: boolean;
  /** After a power failure it may send once more what has been answered. */
  readonly forgetsAnswers: boolean;
  /** Samples wait for the messages before them, also over an outage; else they are sent at once or not at all. */
  readonly queuesSamples: boolean;
  /** BootNotification each time it connects, not only after a boot. */
  readonly bootsAtConnect: boolean;
  /** Its own clock against the true time, ms. */
  readonly clockOffsetMs: number;
  /** Knows TriggerMessage (OCPP 1.6 §5.17). */
  readonly knowsTriggers: boolean;
  /** Sends heartbeats right behind a message of a transaction, without waiting for answers as OCPP-J 1.6 §4.1.1 wants it. */
  readonly isHasty: boolean;
  /** Whether it shows a password when it connects. */
  readonly isProven: boolean;
}

/** Of the times that firmwares wait. */
const SHORTEST_TIMEOUT_MS = 1500;

export function chooseFirmware(random: Random): Firmware {
  const timeoutMs = random.pick([SHORTEST_TIMEOUT_MS, 5000, 12_000]);
  const onTimeout = random.pick(["repeat", "close", "abandon"] as const);
  return {
    timeoutMs,
    // One that gives up sooner than it is found out which of its sockets is alive, and leaves each open, shuts itself out.
    onTimeout: timeoutMs === SHORTEST_TIMEOUT_MS && onTimeout === "abandon" ? "close" : onTimeout,
    keepsMessageId: random.isLucky(0.4),
    countsFromBoot: random.isLucky(0.5),
    forgetsAnswers: random.isLucky(0.5),
    queuesSamples: random.isLucky(0.5),
    bootsAtConnect: random.isLucky(0.5),
    clockOffsetMs: random.pick([0, 0, -60_000, 90_000]),
    knowsTriggers: random.isLucky(0.7),
    isHasty: random.isLucky(0.2),
    isProven: random.isLucky(0.6),
  };
}
