// When meter values are taken and where they go: in MeterValues messages during a transaction, clock-aligned ones, and in the
// transactionData of StopTransaction (OCPP 1.6 §3.16). What they contain is meterReading.ts.
import type { MeterValue, ReadingContext } from "../schema/ocpp16.generated.ts";
import type { Connector, Transaction } from "./connector.ts";
import { ownTime, post, timestamp } from "./core.ts";
import type { ChargePointCore } from "./core.ts";
import { readMeter } from "./meterReading.ts";
import { settleMeter } from "./power.ts";

/** Samples kept for StopTransaction; when there are more, every second one is left out. */
const MOST_SAMPLES = 100;

/** Samples every MeterValueSampleInterval while the transaction runs; to be called again when that key changes. */
export function startSampling(core: ChargePointCore, connector: Connector): void {
  connector.sampleTimer?.cancel();
  const intervalMs = core.keys.number("MeterValueSampleInterval") * 1000;
  if (intervalMs <= 0 || connector.transaction === undefined) return;
  connector.sampleTimer = core.clock.after(intervalMs, () => {
    sendMeterValues(core, connector, "Sample.Periodic");
    if (connector.transaction !== undefined) keepSample(core, connector, connector.transaction, "Sample.Periodic");
    startSampling(core, connector);
  });
}

/** Sends a sample of the connector now; inside a transaction it is a transaction-related message, which waits while offline. */
export function sendMeterValues(core: ChargePointCore, connector: Connector, context: ReadingContext): void {
  const sample = takeSample(core, connector, context);
  if (sample === undefined) return;
  const { transaction } = connector;
  post(core, {
    action: "MeterValues",
    payload: () => ({
      connectorId: connector.id,
      // Errata 3.16: the transaction at the moment of sampling; its id may have become known since.
      ...(transaction === undefined ? {} : { transactionId: transaction.id ?? -1 }),
      meterValue: [sample],
    }),
    way: transaction === undefined ? "plain" : "kept",
  });
}

/** Adds a sample for the transactionData of StopTransaction, of the measurands that StopTxnSampledData or StopTxnAlignedData name. */
export function keepSample(
  core: ChargePointCore,
  connector: Connector,
  transaction: Transaction,
  context: ReadingContext,
): void {
  const sample = takeSample(
    core,
    connector,
    context,
    context === "Sample.Clock" ? "StopTxnAlignedData" : "StopTxnSampledData",
  );
  if (sample === undefined) return;
  if (transaction.samples.length >= MOST_SAMPLES)
    transaction.samples = transaction.samples.filter((_, index) => index % 2 === 0);
  transaction.samples.push(sample);
}

/** Samples all connectors at the full multiples of ClockAlignedDataInterval since midnight (§9.1.6). */
export function startAlignedSampling(core: ChargePointCore): void {
  core.alignedTimer?.cancel();
  const intervalMs = core.keys.number("ClockAlignedDataInterval") * 1000;
  if (intervalMs <= 0 || !core.isRunning) return;
  const sinceMidnightMs = ownTime(core) % 86_400_000;
  core.alignedTimer = core.clock.after(intervalMs - (sinceMidnightMs % intervalMs), () => {
    for (const connector of core.connectors) {
      sendMeterValues(core, connector, "Sample.Clock");
      if (connector.transaction !== undefined) keepSample(core, connector, connector.transaction, "Sample.Clock");
    }
    startAlignedSampling(core);
  });
}

function takeSample(
  core: ChargePointCore,
  connector: Connector,
  context: ReadingContext,
  key = keyOf(context),
): MeterValue | undefined {
  const measurands = core.keys.measurands(key);
  if (measurands.length === 0) return undefined;
  settleMeter(core, connector);
  return {
    timestamp: timestamp(core),
    sampledValue: readMeter(connector, core.random, { measurands, context }),
  };
}

function keyOf(context: ReadingContext): string {
  return context === "Sample.Clock" ? "MeterValuesAlignedData" : "MeterValuesSampledData";
}
