// What was not seen is not Good: lines and states over the time in which a charge point was not connected, or the bridge was down.
import { ReadAtTimeDetails, ReadProcessedDetails, resolveNodeId } from "node-opcua";
import { describe, expect, it, test } from "vitest";
import type { AggregateName } from "../../src/opcua/aggregates.ts";
import { Aggregation } from "../../src/opcua/aggregation.ts";
import { intervalAt } from "../../src/opcua/intervals.ts";
import { Outages, readOutages } from "../../src/opcua/outages.ts";
import { Series } from "../../src/opcua/series.ts";
import type { HistorySample } from "../../src/twin/ports.ts";
import { Kept, at, historyRead, useHistory } from "./historyInTest.ts";
import { site, twinOf, withSamples, withState } from "./fixture.ts";

const minute = (number: number): { at: number } => ({ at: number });

describe("an outage", () => {
  const outages = new Outages([
    { from: 10, to: 20 },
    { from: 30, to: 40 },
    { from: 50, to: Infinity },
  ]);

  it.each([
    [1, 10, false, "ends where it begins"],
    [1, 11, true, "reaches into it"],
    [10, 20, false, "is what the charge point has sampled from end to end"],
    [12, 18, false, "is what the charge point has sampled in it"],
    [12, 21, true, "leads out of it"],
    [1, 45, true, "leads over two of them"],
    [12, 35, true, "leads from one into the next"],
    [20, 30, false, "fits between two"],
    [60, 70, false, "was sampled in the one that lasts"],
    [45, 60, true, "leads into the one that lasts"],
  ])("from %i to %i is broken: %s, for it %s", (from, to, isBroken) =>
    expect(outages.breaks(minute(from), minute(to))).toBe(isBroken),
  );

  it.each([
    [5, 1, 25, false],
    [15, 1, 25, true],
    [19, 1, 25, true],
    // Connected again, the charge point would have told what had changed (OCPP 1.6 §4.9).
    [20, 1, 25, false],
    [15, 12, 18, false],
    [15, 12, undefined, true],
    [60, 1, 70, true],
    [60, 55, 70, false],
  ])("at %i, a state told at %i, the next at %s, is hidden: %s", (time, before, after, isHidden) =>
    expect(outages.hides(time, minute(before), after === undefined ? undefined : minute(after))).toBe(isHidden),
  );

  it("is assumed where too many have been found to look on", () => {
    const cut = new Outages([{ from: 10, to: 20 }], 25);
    expect([cut.breaks(minute(21), minute(25)), cut.breaks(minute(21), minute(26))]).toEqual([false, true]);
    expect([cut.hides(25, minute(21), minute(30)), cut.hides(26, minute(21), minute(30))]).toEqual([false, true]);
    expect([cut.touches(21, 25), cut.touches(21, 26)]).toEqual([false, true]);
  });
});

describe("what was kept of State/Connected", () => {
  const place = { chargePointId: "H1", connector: 0, path: "State/Connected" };
  const connected = (...values: [number, boolean][]): Series => {
    const kept = new Kept();
    kept.keep(
      place,
      values.map(([time, value]): HistorySample => ({ at: time, received: time, value, quality: "Good" })),
    );
    return new Series(kept, place);
  };

  it("says when it was not: from the first false to the next true, also across a start of the bridge", async () => {
    const series = connected([0, true], [10, false], [15, false], [20, true], [30, false]);
    const all = await readOutages(series, 0, 100);
    expect([9, 10, 19, 20, 29, 30].map((time) => all.hides(time, minute(0), minute(90)))).toEqual([
      false,
      true,
      true,
      false,
      false,
      true,
    ]);
    const later = await readOutages(series, 15, 18);
    expect(later.breaks(minute(15), minute(18))).toBe(false);
    expect((await readOutages(series, 5, 5)).touches(0, 5)).toBe(false);
  });

  it("says nothing where nothing was kept", async () => {
    expect((await readOutages(connected(), 0, 100)).touches(0, 100)).toBe(false);
    expect((await readOutages(connected([50, true]), 0, 100)).touches(0, 100)).toBe(false);
  });

  it("is read only so far of a link that comes and goes, and the rest taken for an outage", async () => {
    const flapping = Array.from({ length: 20_000 }, (_, index): [number, boolean] => [index, index % 2 === 1]);
    const outages = await readOutages(connected(...flapping), 0, 20_000);
    expect(outages.hides(101, minute(0), minute(200))).toBe(false);
    expect(outages.breaks(minute(19_000), minute(19_001))).toBe(true);
  });
});

describe("an interval", () => {
  const sample = (time: number, value: number): HistorySample => ({ at: time, received: time, value, quality: "Good" });
  const qualities = (name: AggregateName, times: readonly number[], outages: Outages): string => {
    const range = { start: 0, end: 400, length: 100 };
    const intervals = [0, 1, 2, 3].map((place) => intervalAt(range, place));
    const rules = {
      stepped: false,
      treatUncertainAsBad: true,
      percentDataBad: 100,
      percentDataGood: 100,
      useSlopedExtrapolation: false,
    };
    const aggregation = new Aggregation(name, intervals, rules, outages);
    for (const time of times) aggregation.add(sample(time, time));
    return aggregation
      .results()
      .map(({ quality }) => quality[0])
      .join("");
  };
  const often = Array.from({ length: 41 }, (_, index) => index * 10);
  const without = (from: number, to: number): number[] => often.filter((time) => time <= from || time >= to);

  test.each<[AggregateName, string, string, string, string]>([
    // In order: the outage within the second interval, from the second into the third, sampled offline all the same, and lasting from 250.
    ["Average", "GUGG", "GUUG", "GUGG", "GGUN"],
    ["Minimum", "GUGG", "GUUG", "GUGG", "GGUN"],
    ["Maximum", "GUGG", "GUUG", "GUGG", "GGUN"],
    ["TimeAverage", "GUGG", "GUUG", "GUGG", "GGUU"],
    ["Total", "GUGG", "GUUG", "GUGG", "GGUU"],
    // A register has counted on, but not for the interval when it is the end of it that was not seen.
    ["Delta", "GGGG", "GUUG", "GGGG", "GGUN"],
    // They say what was sampled, and that is so.
    ["Count", "GGGG", "GGGG", "GGGG", "GGGN"],
    ["Start", "GGGG", "GGGG", "GGGG", "GGGN"],
    ["End", "GGGG", "GGGG", "GGGG", "GGGN"],
    ["Interpolative", "GGGG", "GGUG", "GGGG", "GGGU"],
  ])("%s is Good only where it was seen", (name, within, across, offline, lasting) => {
    const outage = (from: number, to: number): Outages => new Outages([{ from, to }]);
    expect([
      qualities(name, without(130, 170), outage(135, 165)),
      qualities(name, without(150, 250), outage(155, 245)),
      qualities(name, often, outage(135, 165)),
      qualities(
        name,
        often.filter((time) => time <= 240),
        outage(250, Infinity),
      ),
    ]).toEqual([within, across, offline, lasting]);
  });

  test("without an outage is what it was", () =>
    expect(qualities("Average", without(130, 170), new Outages([]))).toBe("GGGG"));
});

describe("through a real client", () => {
  const served = useHistory();
  const POWER = site("OUT/Connector1/MeterValues/Power.Active.Import");
  const STATUS = site("OUT/Connector1/Status/Status");
  const CONNECTED = site("OUT/State/Connected");

  const fill = (): void => {
    const twin = withState(twinOf("OUT", [1]), "Connected");
    served.fed.publish(undefined, withSamples(twin, 1, [{ measurand: "Power.Active.Import", value: 1 }]));
    const keep = (connector: number, path: string, samples: readonly [string, HistorySample["value"]][]): void =>
      served.kept.keep(
        { chargePointId: "OUT", connector, path },
        samples.map(([time, value]): HistorySample => ({ at: at(time), received: at(time), value, quality: "Good" })),
      );
    keep(0, "State/Connected", [
      ["5:00", true],
      ["5:10", false],
      ["5:30", true],
    ]);
    keep(1, "MeterValues/Power.Active.Import", [
      ["5:00", 0],
      ["5:08", 80],
      ["5:15", 150],
      ["5:20", 200],
      ["5:40", 400],
      ["5:45", 450],
    ]);
    keep(1, "Status/Status", [
      ["5:00", "Available"],
      ["5:05", "Charging"],
      ["5:50", "Available"],
    ]);
  };

  test("values at a time and aggregates are Uncertain where nobody was there, and Good where the charge point was", async () => {
    fill();
    const atTimes = async (nodeId: string, times: readonly string[], useSimpleBounds = false): Promise<string> => {
      const reqTimes = times.map((time) => new Date(at(time)));
      const [answer] = await historyRead(served.session, [nodeId], {
        details: new ReadAtTimeDetails({ reqTimes, useSimpleBounds }),
      });
      return (answer?.values ?? []).map(({ statusCode }) => statusCode.name[0]).join("");
    };
    for (const simple of [false, true]) {
      expect(await atTimes(POWER, ["5:04", "5:09", "5:12", "5:15", "5:17", "5:25", "5:35", "5:42"], simple)).toBe(
        "GUUGGUUG",
      );
      expect(await atTimes(STATUS, ["5:07", "5:12", "5:30", "5:45"], simple)).toBe("GUGG");
      // What the bridge itself knows it knows.
      expect(await atTimes(CONNECTED, ["5:05", "5:12", "5:29"], simple)).toBe("GGG");
    }
    const [processed] = await historyRead(served.session, [POWER], {
      details: new ReadProcessedDetails({
        startTime: new Date(at("5:00")),
        endTime: new Date(at("5:45")),
        processingInterval: 300_000,
        aggregateType: [resolveNodeId("AggregateFunction_TimeAverage")],
        aggregateConfiguration: { useServerCapabilitiesDefaults: true },
      }),
    });
    expect((processed?.values ?? []).map(({ statusCode, value }) => `${statusCode.name[0]}${value.value}`)).toEqual([
      "G25",
      "U75",
      "U125",
      "G175",
      "U225",
      "U275",
      "U325",
      "U375",
      "G425",
    ]);
  });
});
