// How well the bridge serves SCADA now, for clients that choose among servers (OPC 10000-4 §6.6.2.4.2), and why no better. Pure.
import type { StoreState } from "../twin/ledger.ts";
import type { NotReady } from "./readiness.ts";

export interface ServiceLevel {
  /** 0 draining, 1 starting, 100 degraded, 255 ready. */
  readonly serviceLevel: number;
  /** Sentences as a JSON array; empty where nothing is wrong. */
  readonly serviceLevelReasons: string;
}

export const STORE_FAILING = "the store cannot write: no transaction is confirmed";

const levelOf: Readonly<Record<NotReady, number>> = { starting: 1, stopping: 0 };

export function serviceLevelOf(notReady: readonly NotReady[], storeState: StoreState): ServiceLevel {
  const isFailing = storeState === "failing";
  const reasons = [...notReady.map((reason) => `the bridge is ${reason}`), ...(isFailing ? [STORE_FAILING] : [])];
  return {
    serviceLevel: Math.min(isFailing ? 100 : 255, ...notReady.map((reason) => levelOf[reason])),
    serviceLevelReasons: JSON.stringify(reasons),
  };
}
