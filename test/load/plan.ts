// What a load is made of. Times in the units of the names.
import { identityOf } from "../bench/load.ts";

export interface LoadPlan {
  readonly chargePoints: number;
  /** Processes that hold them. */
  readonly processes: number;
  /** Part of the connectors that charge, 0 to 1. */
  readonly charging: number;
  /** From one MeterValues of a charging connector to its next. */
  readonly sampleSeconds: number;
  readonly heartbeatSeconds: number;
  /** Length of a transaction; the next one on the connector begins at once. */
  readonly transactionSeconds: number;
  /** Charge points that connect in a second. */
  readonly ramp: number;
  /** Monitored items of the SCADA client; 0 = there is none. */
  readonly items: number;
  readonly publishingIntervalMs: number;
  readonly hasPage: boolean;
  /** How long is measured while SCADA and the page look. */
  readonly seconds: number;
  /** How long is measured before anybody looks; 0 = not at all. */
  readonly aloneSeconds: number;
  /** How long the bare server is measured; 0 = not at all. */
  readonly yardstickSeconds: number;
}

export const CONNECTORS = 2;

/** What one process of charge points is told. */
export interface Share extends Pick<
  LoadPlan,
  "charging" | "sampleSeconds" | "heartbeatSeconds" | "transactionSeconds" | "ramp"
> {
  readonly url: string;
  /** Its charge points, by their numbers: from `first` on, up to and without `end`. */
  readonly first: number;
  readonly end: number;
  /** Beginning of the times that the energy registers carry, ms since 1970. */
  readonly epoch: number;
  /** Every so many-th charge point remembers what it has sent. */
  readonly rememberEvery: number;
}

/** Evenly over the processes. */
export function sharesOf(plan: LoadPlan, { url, epoch }: Pick<Share, "url" | "epoch">): readonly Share[] {
  const { chargePoints, processes, charging, sampleSeconds, heartbeatSeconds, transactionSeconds } = plan;
  const common = { url, epoch, charging, sampleSeconds, heartbeatSeconds, transactionSeconds };
  return Array.from({ length: processes }, (_, index) => ({
    ...common,
    rememberEvery: Math.max(1, Math.floor(chargePoints / REMEMBERED)),
    ramp: plan.ramp / processes,
    first: Math.floor((index * chargePoints) / processes),
    end: Math.floor(((index + 1) * chargePoints) / processes),
  }));
}

/** About so many charge points have their meter values compared with the history one by one. */
const REMEMBERED = 100;

/** A number from 0 to 1 for each place, evenly spread over any range of places: multiples of the golden ratio. */
export function spread(place: number): number {
  return (place * 0.618_033_988_75) % 1;
}

/** What the connector is called in NodeIds. */
export function connectorPath(chargePoint: number, connectorId: number): string {
  return `${identityOf(chargePoint)}/Connector${connectorId}`;
}
