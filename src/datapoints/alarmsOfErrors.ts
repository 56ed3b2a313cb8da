// The alarms of the error codes of StatusNotification (OCPP 1.6 §7.6), one for each code, graded after NAMUR NE 107.
import type { ChargePointErrorCode } from "../schema/ocpp16.generated.ts";
import { hasErrorCode, type ChargePointFacts, type ConnectorFacts } from "./alarmFindings.ts";
import type { Alarm, AlarmType, DeviceHealth } from "./alarm.ts";

interface Grade {
  readonly type: AlarmType;
  readonly health: DeviceHealth;
  readonly severity: number;
  readonly needsConfirmation?: true;
}

const trip: Grade = { type: "TripAlarmType", health: "FAILURE", severity: 850, needsConfirmation: true };
const failure: Grade = { type: "FailureAlarmType", health: "FAILURE", severity: 700, needsConfirmation: true };
const offSpec: Grade = { type: "OffSpecAlarmType", health: "OFF_SPEC", severity: 600 };
const maintenance: Grade = { type: "MaintenanceRequiredAlarmType", health: "MAINTENANCE_REQUIRED", severity: 400 };
const check: Grade = { type: "OffNormalAlarmType", health: "CHECK_FUNCTION", severity: 300 };

const errors: Readonly<Record<Exclude<ChargePointErrorCode, "NoError">, readonly [Grade, string]>> = {
  GroundFailure: [trip, "The ground fault circuit interrupter has been activated"],
  OverCurrentFailure: [trip, "The over current protection has tripped"],
  PowerSwitchFailure: [failure, "The power switch cannot be controlled"],
  InternalError: [failure, "An error in a hardware or software component"],
  ConnectorLockFailure: [failure, "The connector cannot be locked or unlocked"],
  HighTemperature: [offSpec, "The temperature inside the charge point is too high"],
  UnderVoltage: [offSpec, "The voltage is too low"],
  OverVoltage: [offSpec, "The voltage is too high"],
  PowerMeterFailure: [maintenance, "The power meter cannot be read"],
  ReaderFailure: [maintenance, "The id tag reader has failed"],
  WeakSignal: [maintenance, "The wireless communication is weak"],
  ResetFailure: [maintenance, "A reset could not be performed"],
  EVCommunicationError: [check, "The communication with the vehicle has failed"],
  LocalListConflict: [check, "The authorization list conflicts with the one of the central system"],
  OtherError: [check, "An error of another kind, which vendor error code and info tell"],
};

/** @param input path of the datapoint that shows the error code */
export function errorAlarms(
  offDelaySeconds: number,
  input: string,
): readonly Alarm<ChargePointFacts | ConnectorFacts>[] {
  return Object.entries(errors).map(([code, [grade, description]]) => ({
    ...grade,
    name: code,
    description,
    offDelaySeconds,
    input,
    find: hasErrorCode(code, description),
  }));
}
