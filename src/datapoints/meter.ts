// The rows of a meter, made from the measurand table; the same below a charge point (main meter) and below a connector.
import { meterPoints } from "../twin/measurands.ts";
import type { Meter } from "../twin/twin.ts";
import type { Datapoint } from "./row.ts";
import { section, type Section } from "./section.ts";
import { baseUnits } from "./units.ts";

/** The group under which a meter is browsed. */
export const METER_GROUP = "MeterValues";

/** The two fixed rows of a meter. */
export function telegramSection<Whole>(meter: (whole: Whole) => Meter): Section<Whole> {
  return section((whole: Whole) => meter(whole).telegram, {
    [`${METER_GROUP}/Timestamp`]: {
      read: (n) => n.at,
      type: "DateTime",
      description: "Time of the last MeterValues",
    },
    [`${METER_GROUP}/Last`]: {
      read: (n) => n.text,
      type: "String",
      description: "Last MeterValues as JSON",
    },
  });
}

/** One datapoint for every meter point, numbered from `firstColumn`; each exists once it has been reported. */
export function meterDatapoints(firstColumn: number): Datapoint[] {
  return meterPoints.map(({ measurand, phase, location, path }, meterPoint) => ({
    path: `${METER_GROUP}/${path}`,
    column: firstColumn + meterPoint,
    meterPoint,
    row: {
      type: "Double",
      description: [measurand.description, phase, location === "Outlet" ? "" : `at ${location}`]
        .filter((part) => part !== "")
        .join(", "),
      unit: baseUnits[measurand.unit],
      range: measurand.range,
      history: true,
    },
  }));
}
