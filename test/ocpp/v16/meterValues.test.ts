// Sampled values as real chargers send them -> readings in base units (OCPP 1.6 §7.32, §7.43).
import { describe, expect, test } from "vitest";
import { readSamples } from "../../../src/ocpp/v16/meterValues.ts";
import type { MeterValue } from "../../../src/schema/ocpp16.generated.ts";
import { measurands, meterPoints } from "../../../src/twin/measurands.ts";

const RECEIVED = Date.UTC(2026, 2, 1, 12, 0, 30);
const TIMESTAMP = "2026-03-01T12:00:00Z";

function read(...samples: object[]) {
  const meterValue = [{ timestamp: TIMESTAMP, sampledValue: samples }] as unknown as MeterValue[];
  const { readings, refused, lastRefusal } = readSamples(meterValue, RECEIVED);
  return { values: readings.map(({ point, value }) => [meterPoints[point]?.path, value]), refused, lastRefusal };
}

describe("behaviour 15: a sample is normalised:", () => {
  test.each([
    [{ value: "1000" }, "Energy.Active.Import.Register", 1000],
    [{ value: "1.5", unit: "kWh" }, "Energy.Active.Import.Register", 1500],
    [{ value: "12345.678", unit: "kWh" }, "Energy.Active.Import.Register", 12_345_678],
    [{ value: "0.001", unit: "kWh" }, "Energy.Active.Import.Register", 1],
    [
      { value: "2", measurand: "Energy.Reactive.Import.Interval", unit: "kvarh" },
      "Energy.Reactive.Import.Interval",
      2000,
    ],
    [{ value: "11", measurand: "Power.Active.Import", unit: "kW" }, "Power.Active.Import", 11_000],
    [{ value: "11", measurand: "Power.Active.Import" }, "Power.Active.Import", 11],
    [{ value: "1.1", measurand: "Power.Reactive.Export", unit: "kvar" }, "Power.Reactive.Export", 1100],
    [{ value: "16", measurand: "Current.Import", unit: "A", phase: "L1" }, "Current.Import/L1", 16],
    [{ value: "16", measurand: "Current.Import", unit: "Amp", phase: "L2-N" }, "Current.Import/L2", 16],
    [{ value: "0.3", measurand: "Current.Import", phase: "N" }, "Current.Import/N", 0.3],
    [{ value: "230", measurand: "Voltage", unit: "V", phase: "L1-N" }, "Voltage/L1", 230],
    [{ value: "400", measurand: "Voltage", unit: "Volt", phase: "L3-L1" }, "Voltage/L3-L1", 400],
    [{ value: "21.5", measurand: "Temperature", unit: "Celsius" }, "Temperature", 21.5],
    [{ value: "21.5", measurand: "Temperature", unit: "Celcius" }, "Temperature", 21.5],
    [{ value: "212", measurand: "Temperature", unit: "Fahrenheit" }, "Temperature", 100],
    [{ value: "-40", measurand: "Temperature", unit: "Fahrenheit" }, "Temperature", -40],
    [{ value: "300", measurand: "Temperature", unit: "K" }, "Temperature", 26.85],
    [{ value: "50.01", measurand: "Frequency" }, "Frequency", 50.01],
    [{ value: "50.01", measurand: "Frequency", unit: "Hertz" }, "Frequency", 50.01],
    [{ value: "0.98", measurand: "Power.Factor" }, "Power.Factor", 0.98],
    [{ value: "80", measurand: "SoC", unit: "Percent", location: "EV" }, "EV/SoC", 80],
    [{ value: "80", measurand: "SoC", unit: "%" }, "SoC", 80],
    [{ value: "3000", measurand: "RPM" }, "RPM", 3000],
    [
      { value: "10", measurand: "Power.Active.Import", location: "Inlet", phase: "L1" },
      "Inlet/Power.Active.Import/L1",
      10,
    ],
    [{ value: " 230.1 ", measurand: "voltage", unit: " v", phase: "l1-n", location: "outlet" }, "Voltage/L1", 230.1],
    [{ value: "-5.2e3", measurand: "Power.Active.Import", unit: "W" }, "Power.Active.Import", -5200],
    [{ value: "+1", measurand: "Power.Active.Import", unit: "W" }, "Power.Active.Import", 1],
  ])("%o", (sample, path, value) => {
    expect(read(sample)).toEqual({ values: [[path, value]], refused: 0, lastRefusal: undefined });
  });

  test("every measurand is taken without a unit, in its base unit", () => {
    const { values, refused } = read(...measurands.map(({ name }) => ({ value: "1", measurand: name })));
    expect(values).toEqual(measurands.map(({ name }) => [name, 1]));
    expect(refused).toBe(0);
  });

  test.each([
    [{ value: "11", measurand: "Power.Active.Import", unit: "VA" }, '"VA" is no unit of Power.Active.Import'],
    [{ value: "11", measurand: "Power.Active.Import", unit: "Wh" }, '"Wh" is no unit of Power.Active.Import'],
    [{ value: "11", measurand: "Voltage", unit: "A" }, '"A" is no unit of Voltage'],
    [{ value: "11", unit: "furlong" }, '"furlong" is no unit of Energy.Active.Import.Register'],
    [{ value: "11", measurand: "Power" }, '"Power" is no measurand of OCPP 1.6'],
    [{ value: "11", measurand: "__proto__" }, '"__proto__" is no measurand of OCPP 1.6'],
    [{ value: "11", phase: "L4" }, '"L4" is no phase of OCPP 1.6'],
    [{ value: "11", location: "Moon" }, '"Moon" is no location of OCPP 1.6'],
    [{ value: "" }, '"" is no number'],
    [{ value: "  " }, '"  " is no number'],
    [{ value: "abc" }, '"abc" is no number'],
    [{ value: "0x10" }, '"0x10" is no number'],
    [{ value: "NaN" }, '"NaN" is no number'],
    [{ value: "Infinity" }, '"Infinity" is no number'],
    [{ value: "1e999" }, '"1e999" is no number'],
    [{ value: "1,5" }, '"1,5" is no number'],
    [{ value: "230 V" }, '"230 V" is no number'],
    [{ value: "1e308", unit: "kWh" }, '"1e308" kWh is out of range'],
  ])("what cannot be read is refused and counted: %o", (sample, refusal) => {
    expect(read(sample, { value: "7" })).toEqual({
      values: [["Energy.Active.Import.Register", 7]],
      refused: 1,
      lastRefusal: `[0]: ${refusal}`,
    });
  });

  test("signed data is neither a number nor wrong", () => {
    expect(read({ value: "OCMF|{}|{}", format: "SignedData" })).toEqual({
      values: [],
      refused: 0,
      lastRefusal: undefined,
    });
  });
});

describe("behaviour 14: the same point twice in a sample:", () => {
  test.each([
    ["Sample.Periodic", "Transaction.Begin"],
    ["Sample.Clock", "Transaction.End"],
    ["Trigger", "Transaction.End"],
    [undefined, "Transaction.Begin"],
    ["Sample.Periodic", "Other"],
    ["Interruption.Begin", "Transaction.Begin"],
  ])("%s beats %s, whichever comes first", (stronger, weaker) => {
    const strong = { value: "2", ...(stronger !== undefined && { context: stronger }) };
    const weak = { value: "1", context: weaker };
    const expected = [["Energy.Active.Import.Register", 2]];
    expect(read(strong, weak).values).toEqual(expected);
    expect(read(weak, strong).values).toEqual(expected);
  });

  test("of equal ones the last counts, also in another element of the same time", () => {
    const meterValue = ["1", "2", "3"].map((value) => ({ timestamp: TIMESTAMP, sampledValue: [{ value }] }));
    expect(readSamples(meterValue, RECEIVED).readings.map(({ value }) => value)).toEqual([3]);
  });
});

test("behaviour 5: samples bear the times that the charge point sent, as far as they can be believed", () => {
  const sample = (timestamp: string, value: string) => ({ timestamp, sampledValue: [{ value }] });
  const samples = readSamples(
    [
      sample("2026-03-01T11:00:00Z", "1"),
      sample("2026-03-01T14:00:10+02", "2"),
      sample("1970-01-01T00:00:00Z", "3"),
      sample("9999-01-01T00:00:00Z", "4"),
      sample("", "5"),
    ],
    RECEIVED,
  );
  expect(samples.readings.map(({ at, value }) => [at, value])).toEqual([
    [Date.UTC(2026, 2, 1, 11), 1],
    [Date.UTC(2026, 2, 1, 12, 0, 10), 2],
    [RECEIVED, 5],
  ]);
  expect(samples.at).toBe(RECEIVED);
});

test("an empty telegram has no readings and the time of receipt", () => {
  expect(readSamples([], RECEIVED)).toMatchObject({ readings: [], at: RECEIVED, newestSent: undefined, refused: 0 });
});
