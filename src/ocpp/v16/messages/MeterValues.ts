// MeterValues (OCPP 1.6 §4.7): samples of a connector, or with connector 0 of the main meter (errata 3.13).
// Answered whatever the transactionId is: a charge point repeats a refused one for ever.
import type { MeterSampled, TwinEvent } from "../../../twin/events.ts";
import { compareClock } from "../clockOffset.ts";
import type { IncomingMessage, Moment } from "../message.ts";
import { readSamples, type Samples } from "../meterValues.ts";
import { connectorViolation, isInt32, keptText, violated } from "../values.ts";

export const MeterValues: IncomingMessage<"MeterValues"> = {
  happen: ({ connectorId, transactionId, meterValue }, moment) => {
    const violation = connectorViolation({ action: "MeterValues", connectorId }, 0, moment);
    if (violation !== undefined) return [violation];
    const samples = readSamples(meterValue, moment.received);
    const sampled: MeterSampled = {
      type: "MeterSampled",
      connector: connectorId,
      readings: samples.readings,
      telegram: keptText(moment.payload, moment),
      at: samples.at,
      received: moment.received,
      ...(samples.assumed && { assumed: true as const }),
      // Ids that we give are positive Int32; 0, -1 and 2^63-1 are sent by chargers that know of none.
      ...(isInt32(transactionId) && transactionId > 0 && { transactionId }),
    };
    return [sampled, ...asides(connectorId, samples, moment)];
  },
  reply: () => ({}),
};

/** What the samples tell beside their values. */
function asides(connectorId: number, samples: Samples, moment: Moment): TwinEvent[] {
  const { newestSent, refused, lastRefusal = "" } = samples;
  const { twin } = moment;
  const meter = connectorId === 0 ? twin.meter : twin.connectors.get(connectorId)?.meter;
  const compared = compareClock(newestSent, meter?.sampledAt, moment);
  const events: TwinEvent[] = compared === undefined ? [] : [compared];
  if (refused > 0) events.push(violated(refused, `MeterValues meterValue${lastRefusal}`, moment));
  return events;
}
