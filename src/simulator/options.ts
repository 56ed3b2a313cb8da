// What a simulated charge point is made of, and its defaults. Everything has a default except where it dials and who it is.
import type { FirmwareStatusEnumType, Requests } from "../schema/ocpp16.generated.ts";
import { systemClock } from "../std/clock.ts";
import type { Clock } from "../std/clock.ts";
import type { ChargePointListener } from "./events.ts";
import type { Supply } from "./supply.ts";

/** What BootNotification says about the charge point. */
export type Nameplate = Requests["BootNotification"];

/**
 * Faults that can be switched on and off at any time; all are off by default.
 * Those that happen once (cut, offline, half-open, connector faults, raw frames) are methods of the charge point.
 */
export interface FaultSwitches {
  /** How far the charge point's clock is wrong, in ms; it keeps the error whatever currentTime it is told. */
  clockOffsetMs: number;
  /** How long it takes to answer a command, in ms. */
  answerDelayMs: number;
  /** Commands that are never answered, nor carried out, by action. */
  unansweredActions: Set<string>;
  /** UnlockConnector fails (UnlockFailed, ConnectorLockFailure). */
  unlockFails: boolean;
  /** GetDiagnostics and GetLog end with UploadFailed. */
  uploadFails: boolean;
  /** How firmware updates end. */
  firmwareResult: Extract<
    FirmwareStatusEnumType,
    "Installed" | "DownloadFailed" | "InstallationFailed" | "InvalidSignature"
  >;
}

/** Times of the charge point's own behaviour, in ms of the real clock. */
export interface Timing {
  /** How long a call waits for its answer. */
  callTimeoutMs: number;
  /** Pause before BootNotification is repeated when the answer names no interval, or none came. */
  bootRetryMs: number;
  /** First and longest pause between two dials. */
  reconnectFirstMs: number;
  reconnectLongestMs: number;
  /** How long a restart takes. */
  rebootMs: number;
  /** How long each stage of an upload, download or installation takes. */
  transferStageMs: number;
  /** Limit for the handshake. */
  handshakeTimeoutMs: number;
}

export interface SimulatedChargePointOptions {
  /** Address of the central system, `ws://HOST:PORT/PREFIX` or `wss://…`; the identity is appended as last segment. */
  url: string;
  /** OCPP identity. */
  id: string;
  /** Basic authentication: 40 hexadecimal digits are a raw AuthorizationKey, anything else UTF-8 text. */
  password?: string;
  /** PEM texts for wss. */
  tls?: { ca?: string; certificate?: string; key?: string };
  nameplate?: Nameplate;
  /** One supply for each connector, from connector 1; by default two of 22 kW AC. */
  connectors?: readonly Supply[];
  /** Values of configuration keys that differ from the defaults, by key. */
  configuration?: Readonly<Record<string, string>>;
  clock?: Clock;
  /** Seed of everything random; by default the identity. */
  seed?: string;
  /**
   * How much faster than the clock cars live: at 60 an hour of charging takes a minute and its energy is on the meter then.
   * Whatever the central system can time (timestamps, heartbeats, sample intervals, timeouts) keeps to the clock.
   */
  speed?: number;
  listener?: ChargePointListener;
  /** False sends no Sec-WebSocket-Protocol header, which OCPP-J 1.6 §3.1.2 forbids. */
  offersSubprotocol?: boolean;
  /** OCPP 1.6 §4.6 allows to leave a Heartbeat out when something else was sent within the interval. */
  heartbeatSuppressedByTraffic?: boolean;
  /** Whether a repeated message bears a new message id; default true. */
  renewsMessageIds?: boolean;
  /** Whether security events are reported (security extension, §A05); default false. */
  reportsSecurityEvents?: boolean;
  /** Transaction-related messages kept while offline, at most; default 5,000. */
  mostKeptMessages?: number;
  timing?: Partial<Timing>;
  faults?: Partial<FaultSwitches>;
}

export const DEFAULT_TIMING: Timing = {
  callTimeoutMs: 30_000,
  bootRetryMs: 30_000,
  reconnectFirstMs: 1_000,
  reconnectLongestMs: 60_000,
  rebootMs: 3_000,
  transferStageMs: 2_000,
  handshakeTimeoutMs: 30_000,
};

/** A 22 kW type 2 socket. */
export const AC_22_KW: Supply = { kind: "AC", phases: 3, maxCurrentA: 32, maxPowerW: 22_080 };
/** A 150 kW CCS outlet; its rectifier draws up to 240 A from each grid phase. */
export const DC_150_KW: Supply = { kind: "DC", phases: 3, maxCurrentA: 240, maxPowerW: 150_000 };

const DEFAULT_NAMEPLATE: Nameplate = { chargePointVendor: "Simulated", chargePointModel: "AC 22" };

/** The options with every default filled in. */
export interface ChargePointPlan {
  id: string;
  /** Full address with the identity. */
  url: string;
  password: string | undefined;
  tls: NonNullable<SimulatedChargePointOptions["tls"]> | undefined;
  nameplate: Nameplate;
  connectors: readonly Supply[];
  configuration: Readonly<Record<string, string>>;
  clock: Clock;
  seed: string;
  speed: number;
  listener: ChargePointListener;
  offersSubprotocol: boolean;
  heartbeatSuppressedByTraffic: boolean;
  renewsMessageIds: boolean;
  reportsSecurityEvents: boolean;
  mostKeptMessages: number;
  timing: Timing;
  faults: FaultSwitches;
}

/** Fills in the defaults; throws for an address that is none or a speed that is not above 0 (errors of the caller's program). */
export function toPlan(options: SimulatedChargePointOptions): ChargePointPlan {
  const speed = options.speed ?? 1;
  if (!(speed > 0 && speed <= 10_000)) throw new RangeError(`speed ${speed} is not between 0 and 10000`);
  return {
    id: options.id,
    url: chargePointUrl(options.url, options.id),
    password: options.password,
    tls: options.tls,
    nameplate: options.nameplate ?? DEFAULT_NAMEPLATE,
    connectors: options.connectors ?? [AC_22_KW, AC_22_KW],
    configuration: options.configuration ?? {},
    clock: options.clock ?? systemClock,
    seed: options.seed ?? options.id,
    speed,
    listener: options.listener ?? {},
    offersSubprotocol: options.offersSubprotocol ?? true,
    heartbeatSuppressedByTraffic: options.heartbeatSuppressedByTraffic ?? false,
    renewsMessageIds: options.renewsMessageIds ?? true,
    reportsSecurityEvents: options.reportsSecurityEvents ?? false,
    mostKeptMessages: options.mostKeptMessages ?? 5_000,
    timing: { ...DEFAULT_TIMING, ...options.timing },
    faults: {
      clockOffsetMs: 0,
      answerDelayMs: 0,
      unansweredActions: new Set(),
      unlockFails: false,
      uploadFails: false,
      firmwareResult: "Installed",
      ...options.faults,
    },
  };
}

/** The identity is the last path segment, percent-encoded (OCPP-J 1.6 §3.1.1). */
function chargePointUrl(base: string, id: string): string {
  const url = new URL(base);
  if (url.protocol !== "ws:" && url.protocol !== "wss:")
    throw new TypeError(`${base} is not a ws:// or wss:// address`);
  url.pathname = `${url.pathname.replace(/\/+$/, "")}/${encodeURIComponent(id)}`;
  return url.href;
}
