// GetCompositeSchedule (OCPP 1.6 §5.7): the limits that result from all profiles of a connector; kept as JSON and as values.
import type { OutgoingMessage } from "../message.ts";
import { parseTimestamp } from "../../../twin/timestamps.ts";
import { isInt32, keptText } from "../values.ts";

export const GetCompositeSchedule: OutgoingMessage<"GetCompositeSchedule"> = {
  answered: ({ request, response, received, ...rest }) => {
    const { status, chargingSchedule: schedule, connectorId, scheduleStart } = response;
    if (status !== "Accepted" || schedule === undefined) return [];
    const { duration: durationSeconds, chargingRateUnit: rateUnit, chargingSchedulePeriod: periods } = schedule;
    const start = parseTimestamp(scheduleStart ?? schedule.startSchedule);
    return [
      {
        type: "CompositeScheduleReported",
        connector: request.connectorId,
        scheduleConnector: isInt32(connectorId) ? connectorId : request.connectorId,
        text: keptText(JSON.stringify(schedule), rest),
        at: received,
        received,
        ...(isInt32(durationSeconds) && { durationSeconds }),
        ...(start !== undefined && { start }),
        // A tolerant check lets other units pass.
        ...((rateUnit === "A" || rateUnit === "W") && { rateUnit }),
        ...(periods[0] !== undefined && { limit: periods[0].limit }),
      },
    ];
  },
};
