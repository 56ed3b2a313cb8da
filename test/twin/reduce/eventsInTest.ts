// Twin events in short, and what a twin becomes of them.
import type { MeterSampled, TwinEvent } from "../../../src/twin/events.ts";
import { meterPointOf, type PhasePath } from "../../../src/twin/measurands.ts";
import { reduce } from "../../../src/twin/reduce/reduce.ts";
import { createTwin, emptyMeter, readingAt, type Reading, type Twin } from "../../../src/twin/twin.ts";

export const T0 = Date.UTC(2026, 10, 25, 12);
export const stamp = (seconds: number): { at: number; received: number } => ({
  at: T0 + seconds * 1000,
  received: T0 + seconds * 1000,
});

export function after(...events: TwinEvent[]): Twin {
  return events.reduce(reduce, createTwin("CP001", { status: "Accepted", heartbeatIntervalSeconds: 300 }, T0));
}

export function point(measurand: string, phase: PhasePath = ""): number {
  const found = meterPointOf(measurand, phase, "Outlet");
  if (found === undefined) throw new Error(measurand);
  return found;
}

export function sampled(
  seconds: number,
  values: readonly (readonly [string, PhasePath, number])[],
  more: Partial<MeterSampled> = {},
): MeterSampled {
  const readings = values.map(([measurand, phase, value]): Reading => ({
    point: point(measurand, phase),
    value,
    ...stamp(seconds),
  }));
  return {
    type: "MeterSampled",
    connector: 1,
    readings,
    telegram: "[]",
    ...stamp(seconds),
    ...more,
  };
}

export const started = (seconds: number, transactionId: number, meterStart = 1000): TwinEvent => ({
  type: "TransactionStarted",
  connector: 1,
  transactionId,
  idTag: "TAG",
  meterStart,
  idTagStatus: "Accepted",
  timestamp: new Date(T0 + seconds * 1000).toISOString(),
  ...stamp(seconds),
});
export const stopped = (seconds: number, transactionId: number, meterStop?: number): TwinEvent => ({
  type: "TransactionStopped",
  connector: 1,
  transactionId,
  reason: "Local",
  ...(meterStop !== undefined && { meterStop }),
  ...stamp(seconds),
});
export const status = (seconds: number, text: string, connector = 1): TwinEvent => ({
  type: "StatusReported",
  connector,
  status: text,
  errorCode: "NoError",
  ...stamp(seconds),
});

export const readingOf = (twin: Twin, meterPoint: number): Reading | undefined =>
  readingAt(twin.connectors.get(1)?.meter ?? emptyMeter, meterPoint);

export const valueAt = (twin: Twin, measurand: string, phase: PhasePath = ""): number | undefined =>
  readingOf(twin, point(measurand, phase))?.value;
