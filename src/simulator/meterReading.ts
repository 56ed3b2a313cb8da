// What the meter of a connector shows at this moment, as OCPP sampled values. The values agree with each other: the phases' voltage
// times current is the active power, and the register is its integral. It reads and never changes a connector.
import type { Measurand, Phase, ReadingContext, SampledValue, UnitOfMeasure } from "../schema/ocpp16.generated.ts";
import type { Connector } from "./connector.ts";
import type { Random } from "./random.ts";
import { PHASE_VOLTAGE_V, phasesInUse } from "./supply.ts";

/** What one measurand shows, as parts of sampled values; none when this meter does not have it. */
type Reading = Pick<SampledValue, "value" | "phase" | "location" | "unit">[];

const LINES = ["L1", "L2", "L3"] as const;
const LINES_TO_NEUTRAL = ["L1-N", "L2-N", "L3-N"] as const satisfies readonly Phase[];

/** Samples of the measurands wanted, all of the same moment. The meter must be settled. */
export function readMeter(
  connector: Connector,
  random: Random,
  wanted: { measurands: readonly Measurand[]; context: ReadingContext },
): SampledValue[] {
  const voltages = LINES.slice(0, connector.supply.phases).map(() => PHASE_VOLTAGE_V * random.between(0.985, 1.015));
  return wanted.measurands.flatMap((measurand) =>
    readingOf(connector, measurand, voltages).map(({ value, ...where }) => ({
      value,
      context: wanted.context,
      measurand,
      ...where,
    })),
  );
}

function readingOf(connector: Connector, measurand: Measurand, voltages: readonly number[]): Reading {
  const { supply, powerW, offeredW, car } = connector;
  switch (measurand) {
    case "Energy.Active.Import.Register":
      return [{ value: connector.registerWh.toFixed(0), unit: "Wh" }];
    case "Power.Active.Import":
      return [{ value: powerW.toFixed(1), unit: "W" }];
    case "Power.Offered":
      return [{ value: offeredW.toFixed(1), unit: "W" }];
    case "Current.Offered":
      return [{ value: (offeredW / (PHASE_VOLTAGE_V * supply.phases)).toFixed(1), unit: "A" }];
    case "Voltage":
      return [...dcVoltage(connector), ...onPhases(connector, LINES_TO_NEUTRAL, voltages, "V")];
    case "Current.Import":
      return [...dcCurrent(connector), ...onPhases(connector, LINES, currents(connector, voltages), "A")];
    case "Temperature":
      return [
        {
          value: (24 + (22 * powerW) / supply.maxPowerW).toFixed(1),
          location: "Body",
          unit: "Celsius",
        },
      ];
    case "SoC":
      // Only a DC charge point talks with the battery (ISO 15118, DIN 70121).
      if (supply.kind === "AC" || car === undefined) return [];
      return [{ value: (car.soc * 100).toFixed(1), location: "EV", unit: "Percent" }];
    default:
      return [];
  }
}

/** A DC charge point measures its grid side at the inlet, an AC one what goes to the car. */
function onPhases(
  connector: Connector,
  phases: readonly Phase[],
  values: readonly number[],
  unit: UnitOfMeasure,
): Reading {
  return values.map((value, index) => ({
    value: value.toFixed(2),
    phase: phases[index] ?? "N",
    ...(connector.supply.kind === "DC" ? { location: "Inlet" as const } : {}),
    unit,
  }));
}

/** The power in equal shares on the phases in use. */
function currents(connector: Connector, voltages: readonly number[]): number[] {
  const inUse = connector.car === undefined ? voltages.length : phasesInUse(connector.supply, connector.car);
  return voltages.map((voltage, index) => (index < inUse ? connector.powerW / inUse / voltage : 0));
}

function dcVoltage(connector: Connector): Reading {
  if (connector.supply.kind === "AC") return [];
  return [{ value: batteryVoltage(connector).toFixed(1), unit: "V" }];
}

function dcCurrent(connector: Connector): Reading {
  if (connector.supply.kind === "AC") return [];
  const voltage = batteryVoltage(connector);
  return [{ value: (voltage === 0 ? 0 : connector.powerW / voltage).toFixed(2), unit: "A" }];
}

/** A 400 V battery from empty to full; no car, no voltage. */
function batteryVoltage({ car }: Connector): number {
  return car === undefined ? 0 : 340 + 70 * car.soc;
}
