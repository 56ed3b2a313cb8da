// What was lost: everything that the bridge has confirmed and that is not kept exactly once. Pure.
import type { ChargeDetailRecord } from "./kept.ts";
import type { ConfirmedTransaction } from "./records.ts";

/** One sentence for each confirmed start or end that is not in exactly one record as it was sent. */
export function lostTransactions(
  confirmed: readonly ConfirmedTransaction[],
  records: readonly ChargeDetailRecord[],
): string[] {
  const byId = Map.groupBy(records, ({ transactionId }) => transactionId ?? "");
  return confirmed.flatMap((transaction) => {
    const what = `transaction ${transaction.transactionId} of ${transaction.chargePointId}`;
    const [record, ...more] = byId.get(String(transaction.transactionId)) ?? [];
    if (record === undefined) return [`${what} is not kept`];
    if (more.length > 0) return [`${what} is kept ${more.length + 1} times`];
    const wrong = Object.entries(expected(transaction)).filter(([name, value]) => record[name] !== value);
    return wrong.map(([name, value]) => `${what}: ${name} is ${record[name]} instead of ${value}`);
  });
}

function expected(transaction: ConfirmedTransaction): Readonly<Record<string, string>> {
  const { chargePointId, connectorId, idTag, meterStartWh, meterStopWh } = transaction;
  return {
    chargePointId,
    connectorId: String(connectorId),
    idTag,
    meterStartWh: String(meterStartWh),
    ...(meterStopWh !== undefined && { meterStopWh: String(meterStopWh), presumed: "false" }),
  };
}

/** One sentence for each connector whose confirmed registers are not all in the history, each as often as it was sent. */
export function lostRegisters(
  confirmed: Readonly<Record<string, readonly number[]>>,
  kept: Readonly<Record<string, readonly number[]>>,
): string[] {
  return Object.entries(confirmed).flatMap(([connector, sent]) => {
    const counts = new Map<number, number>();
    for (const value of kept[connector] ?? []) counts.set(value, (counts.get(value) ?? 0) + 1);
    const missing = sent.filter((value) => !counts.has(value));
    const twice = sent.filter((value) => (counts.get(value) ?? 0) > 1);
    return [
      ...(missing.length === 0 ? [] : [`${connector}: ${missing.length} of ${sent.length} values are not kept`]),
      ...(twice.length === 0 ? [] : [`${connector}: ${twice.length} of ${sent.length} values are kept more than once`]),
    ];
  });
}
