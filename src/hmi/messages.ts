// What crosses between the main thread and the thread that serves browsers.
import type { LoginAccount } from "../twin/accounts.ts";
import type { Role } from "../twin/commands.ts";
import type { QuestionName } from "./questions.ts";
import type { AlarmRow } from "./shapes.ts";

export interface HttpOptions {
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
  /** What a browser without login may do. */
  readonly anonymousRole: Role;
  /** `/metrics` without login. */
  readonly metricsOpen: boolean;
  readonly maxConnections: number;
  /** Requests a second from one address, on average. */
  readonly requestsPerSecond: number;
}

/** What has changed since the batch before; texts are JSON, so that nothing is read or written twice. */
export interface LiveBatch {
  /** Rows of the table, with their identities at the same places of `ids`. */
  readonly ids: readonly string[];
  readonly rows: readonly string[];
  readonly gone: readonly string[];
  /** Of the `Watched` since which this is told. */
  readonly generation: number;
  /** Since it was wanted everything has been told. */
  readonly isComplete: boolean;
  readonly alarms: readonly AlarmRow[];
  /** BridgeEvent */
  readonly bridge: string | undefined;
  /** DatapointsEvent of charge points that are open in a browser. */
  readonly values: readonly OfChargePoint[];
  /** OccurrenceEvent of them. */
  readonly occurrences: readonly OfChargePoint[];
}

export interface OfChargePoint {
  readonly chargePointId: string;
  readonly text: string;
}

/** What browsers look at. */
export interface Watched {
  /** Another one wants everything anew. */
  readonly generation: number;
  readonly isAny: boolean;
  /** Identities of those whose datapoints are looked at. */
  readonly chargePoints: readonly string[];
  /** The one of them that is to be told whole, once more if it has been. */
  readonly opened: string | undefined;
}

export type ToThread =
  | { readonly kind: "start"; readonly options: HttpOptions; readonly accounts: readonly LoginAccount[] }
  | { readonly kind: "answer"; readonly id: number; readonly answer: unknown }
  | { readonly kind: "fault"; readonly id: number; readonly reason: string }
  | { readonly kind: "live"; readonly batch: LiveBatch }
  | { readonly kind: "accounts"; readonly accounts: readonly LoginAccount[] }
  | { readonly kind: "stop" };

export type FromThread =
  | { readonly kind: "listening"; readonly url: string }
  | { readonly kind: "failed"; readonly reason: string }
  | { readonly kind: "ask"; readonly id: number; readonly name: QuestionName; readonly input: readonly unknown[] }
  | { readonly kind: "watch"; readonly watched: Watched }
  | {
      readonly kind: "log";
      readonly fields: Readonly<Record<string, unknown>>;
      readonly message: string;
    };
