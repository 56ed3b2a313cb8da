// Aggregates of what has been kept through a real client, and every way to ask for them wrongly.
import { ReadProcessedDetails, resolveNodeId } from "node-opcua";
import { describe, expect, test } from "vitest";
import { MAX_VALUES, POWER, STATUS, at, historyRead, timeOf, useHistory } from "./historyInTest.ts";

const served = useHistory();

interface Processed {
  readonly name?: string;
  readonly start?: string | null;
  readonly end?: string | null;
  readonly interval?: number;
  readonly configuration?: object;
}

function processed({ name = "Average", start = "5:00", end = "5:06", interval = 0, configuration }: Processed = {}) {
  return new ReadProcessedDetails({
    startTime: start === null ? null : new Date(at(start)),
    endTime: end === null ? null : new Date(at(end)),
    processingInterval: interval,
    aggregateType: [resolveNodeId(`AggregateFunction_${name}`)],
    aggregateConfiguration: configuration ?? { useServerCapabilitiesDefaults: true },
  });
}

describe("processed (OPC 10000-13)", () => {
  test.each([
    ["Average", 125],
    ["Minimum", 100],
    ["Maximum", 150],
    ["Count", 4],
    ["Interpolative", 100],
    ["TimeAverage", 130],
    ["Total", 130 * 360],
    ["Delta", 50],
    ["Start", 100],
    ["End", 150],
  ])("%s over the whole range is %d", async (name, value) => {
    const { status, values = [] } = await served.read(POWER, processed({ name }));
    expect([status, values.length, values[0]?.value.value]).toEqual(["Good", 1, value]);
    expect(values[0]?.value.dataType).toBe(name === "Count" ? 6 : 11);
    expect(values[0]?.statusCode.isGoodish()).toBe(true);
  });

  test("one value for each interval, also backward", async () => {
    const forward = await served.read(POWER, processed({ name: "Count", interval: 120_000 }));
    expect(forward.values?.map((value) => [timeOf(value), value.value.value])).toEqual([
      ["5:00", 1],
      ["5:02", 2],
      ["5:04", 1],
    ]);
    const backward = await served.read(
      POWER,
      processed({ name: "Count", start: "5:06", end: "5:00", interval: 120_000 }),
    );
    expect(backward.values?.map((value) => [timeOf(value), value.value.value])).toEqual([
      ["5:06", 2],
      ["5:04", 1],
      ["5:02", 1],
    ]);
  });

  test("the calculated bit is told, with the type of the information that makes it count (OPC 10000-4 §7.39.1)", async () => {
    const { values = [] } = await served.read(POWER, processed());
    expect(values[0]!.statusCode.value & 0x0c1f).toBe(0x0401);
  });

  test("states can be counted and held, but not averaged", async () => {
    for (const [name, status] of [
      ["Count", "Good"],
      ["Interpolative", "Good"],
      ["Start", "Good"],
      ["End", "Good"],
      ["Average", "BadAggregateNotSupported"],
      ["Minimum", "BadAggregateNotSupported"],
      ["TimeAverage", "BadAggregateNotSupported"],
      ["Delta", "BadAggregateNotSupported"],
    ] as const)
      expect([name, (await served.read(STATUS, processed({ name }))).status]).toEqual([name, status]);
  });

  test("endless ranges of short intervals come in pages, and ask for no more than they need", async () => {
    const details = processed({ name: "Interpolative", start: "4:00", end: "9:00", interval: 1 });
    let answer = await served.read(POWER, details);
    expect(answer.values).toHaveLength(MAX_VALUES);
    answer = await served.read({ nodeId: POWER, continuationPoint: answer.point! }, details);
    expect(timeOf(answer.values![0]!)).toBe("4:00");
    expect(answer.values![0]!.sourceTimestamp!.getTime()).toBe(at("4:00") + MAX_VALUES);
    expect(served.kept.asked.length).toBeLessThan(20);
    await served.read({ nodeId: POWER, continuationPoint: answer.point! }, details, { release: true });
  });

  const configuration = {
    useServerCapabilitiesDefaults: false,
    treatUncertainAsBad: true,
    useSlopedExtrapolation: false,
  };
  test.each<[string, ReadProcessedDetails, string]>([
    ["the same start and end", processed({ start: "5:00", end: "5:00" }), "BadInvalidArgument"],
    ["no start", processed({ start: null }), "BadInvalidTimestampArgument"],
    ["no end", processed({ end: null }), "BadInvalidTimestampArgument"],
    ["a negative interval", processed({ interval: -1 }), "BadInvalidArgument"],
    ["an interval that is no number", processed({ interval: Number.NaN }), "BadInvalidArgument"],
    ["an interval shorter than a millisecond", processed({ interval: 1e-9 }), "BadInvalidArgument"],
    ["an aggregate that is not offered", processed({ name: "WorstQuality" }), "BadAggregateNotSupported"],
    [
      "percentages that contradict each other",
      processed({ configuration: { ...configuration, percentDataBad: 50, percentDataGood: 40 } }),
      "BadAggregateInvalidInputs",
    ],
    [
      "a percentage above 100",
      processed({ configuration: { ...configuration, percentDataBad: 101, percentDataGood: 100 } }),
      "BadAggregateInvalidInputs",
    ],
  ])("%s is refused", async (_, details, status) => {
    expect((await served.read(POWER, details)).status).toBe(status);
  });

  test("a list of aggregates that does not fit the nodes is refused for each of them (OPC 10000-11 §6.5.4)", async () => {
    const answers = await historyRead(served.session, [POWER, STATUS], { details: processed() });
    expect(answers.map(({ status }) => status)).toEqual(["BadAggregateListMismatch", "BadAggregateListMismatch"]);
  });

  test("each node has its own aggregate", async () => {
    const details = processed();
    details.aggregateType = ["Minimum", "Count"].map((name) => resolveNodeId(`AggregateFunction_${name}`));
    const answers = await historyRead(served.session, [POWER, STATUS], { details });
    expect(answers.map(({ values }) => values?.[0]?.value.value)).toEqual([100, 3]);
  });
});
