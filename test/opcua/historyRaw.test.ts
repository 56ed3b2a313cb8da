// The kept values of a datapoint through a real client: by range and at a time.
import { ReadAtTimeDetails, TimestampsToReturn } from "node-opcua";
import { describe, expect, test } from "vitest";
import { site } from "./fixture.ts";
import {
  CONNECTED,
  LONG,
  POWER,
  STATUS,
  at,
  minutesOf,
  raw,
  timeOf,
  useHistory,
  type Answer,
} from "./historyInTest.ts";

const served = useHistory();

describe("raw, by the examples of OPC 10000-11 §4.4, Table 1", () => {
  test.each<[string | null, string | null, number, boolean, string]>([
    ["5:00", "5:05", 0, true, "5:00 5:02 5:03 5:05"],
    ["5:00", "5:05", 0, false, "5:00 5:02 5:03"],
    ["5:01", "5:04", 0, true, "5:00 5:02 5:03 5:05"],
    ["5:01", "5:04", 0, false, "5:02 5:03"],
    ["5:05", "5:00", 0, true, "5:05 5:03 5:02 5:00"],
    ["5:05", "5:00", 0, false, "5:05 5:03 5:02"],
    ["5:04", "5:01", 0, true, "5:05 5:03 5:02 5:00"],
    ["5:04", "5:01", 0, false, "5:03 5:02"],
    ["4:59", "5:05", 0, true, "?4:59 5:00 5:02 5:03 5:05"],
    ["4:59", "5:05", 0, false, "5:00 5:02 5:03"],
    ["5:01", "5:07", 0, true, "5:00 5:02 5:03 5:05 5:06 ?5:07"],
    ["5:01", "5:07", 0, false, "5:02 5:03 5:05 5:06"],
    ["5:00", null, 3, true, "5:00 5:02 5:03"],
    ["5:00", null, 3, false, "5:00 5:02 5:03"],
    ["5:00", null, 6, true, "5:00 5:02 5:03 5:05 5:06 ?5:06"],
    ["5:00", null, 6, false, "5:00 5:02 5:03 5:05 5:06"],
    [null, "5:06", 3, true, "5:06 5:05 5:03"],
    [null, "5:06", 3, false, "5:06 5:05 5:03"],
    [null, "5:06", 6, true, "5:06 5:05 5:03 5:02 5:00 ?4:59"],
    [null, "5:06", 6, false, "5:06 5:05 5:03 5:02 5:00"],
    ["4:48", "4:48", 0, true, "?4:48 5:00"],
    ["4:48", "4:48", 0, false, ""],
    ["5:00", "5:00", 0, false, "5:00"],
    ["5:01", "5:01", 0, true, "5:00 5:02"],
    ["5:01", "5:01", 0, false, ""],
    ["6:00", "6:00", 0, true, "5:06 ?6:00"],
    ["6:00", "6:00", 0, false, ""],
  ])("from %s to %s, %d values, bounds %s: %s", async (start, end, count, bounds, expected) => {
    const answer = await served.read(POWER, raw(start, end, count, bounds));
    expect(minutesOf(answer).join(" ")).toBe(expected);
    expect(answer.status).toBe(expected === "" ? "GoodNoData" : "Good");
    expect(answer.point).toBeUndefined();
  });

  test.each<[string, string, number, boolean, string[]]>([
    ["5:00", "5:05", 2, false, ["5:00 5:02", "5:03"]],
    ["5:01", "5:04", 2, true, ["5:00 5:02", "5:03 5:05"]],
    ["5:01", "5:04", 3, true, ["5:00 5:02 5:03", "5:05"]],
    ["5:01", "5:04", 1, true, ["5:00", "5:02", "5:03", "5:05"]],
    ["5:06", "4:59", 4, true, ["5:06 5:05 5:03 5:02", "5:00 ?4:59"]],
  ])("from %s to %s in pages of %d, bounds %s", async (start, end, count, bounds, pages) => {
    let answer = await served.read(POWER, raw(start, end, count, bounds));
    const read1 = [minutesOf(answer).join(" ")];
    while (answer.point !== undefined) {
      answer = await served.read({ nodeId: POWER, continuationPoint: answer.point }, raw(start, end, count, bounds));
      expect(answer.status).toBe("Good");
      read1.push(minutesOf(answer).join(" "));
    }
    expect(read1).toEqual(pages);
  });
});

describe("values", () => {
  test("bear value, status and both times as they were kept", async () => {
    const { values = [] } = await served.read(POWER, raw("5:00", "5:01"));
    const [value] = values;
    expect(value?.value.dataType).toBe(11);
    expect(value?.value.value).toBe(100);
    expect(value?.sourceTimestamp?.getTime()).toBe(at("5:00"));
    expect(value?.serverTimestamp?.getTime()).toBe(at("5:00") + 250);
  });

  test.each([
    [TimestampsToReturn.Source, true, false],
    [TimestampsToReturn.Server, false, true],
    [TimestampsToReturn.Both, true, true],
  ])("have the times that were asked for (%s)", async (times, source, server) => {
    const { values = [] } = await served.read(POWER, raw("5:00", "5:01"), { times });
    expect([values[0]?.sourceTimestamp instanceof Date, values[0]?.serverTimestamp instanceof Date]).toEqual([
      source,
      server,
    ]);
  });

  test("of states are the ordinals of their enumeration, Bad ones are empty", async () => {
    const { values = [] } = await served.read(STATUS, raw("5:00", "5:07"));
    expect(values.map(({ value, statusCode }) => [value.value, statusCode.name])).toEqual([
      [1, "Good"],
      [2, "Good"],
      [3, "Good"],
      [3, "UncertainLastUsableValue"],
      [null, "BadNoCommunication"],
    ]);
    expect(values[0]?.value.dataType).toBe(6);
  });

  test("of which it is known that there is nothing are Null and Good", async () => {
    const { values = [] } = await served.read(site("H1/Connector1/Transaction/TransactionId"), raw("5:00", "5:07"));
    expect(values.map(({ value, statusCode }) => [value.value, statusCode.name])).toEqual([
      [7, "Good"],
      [null, "Good"],
    ]);
  });

  test("of the charge point itself are found as well", async () => {
    const { values = [] } = await served.read(CONNECTED, raw("5:00", "5:07"));
    expect(values.map(({ value }) => value.value)).toEqual([true, false]);
  });
});

describe("at times (OPC 10000-11 §6.5.5)", () => {
  const atTimes = (times: readonly string[], useSimpleBounds = false): ReadAtTimeDetails =>
    new ReadAtTimeDetails({ reqTimes: times.map((time) => new Date(at(time))), useSimpleBounds });
  const told = ({ values = [] }: Answer): string[] =>
    values.map((value) => `${timeOf(value)} ${String(value.value.value)} ${value.statusCode.toString().split(" ")[0]}`);

  test("amounts lie on the line between their neighbours, in the order of the request", async () => {
    const interpolated = "Good#InfoTypeDataValue|HistorianInterpolated";
    expect(told(await served.read(POWER, atTimes(["5:04", "5:01", "5:02", "4:00", "7:00"])))).toEqual([
      `5:04 140 ${interpolated}`,
      `5:01 110 ${interpolated}`,
      "5:02 120 Good",
      "4:00 null BadNoData",
      "7:00 160 UncertainDataSubNormal#InfoTypeDataValue|HistorianInterpolated",
    ]);
  });

  test("states hold until the next one", async () => {
    const interpolated = "#InfoTypeDataValue|HistorianInterpolated";
    expect(told(await served.read(STATUS, atTimes(["5:01", "5:02", "5:04", "5:05"])))).toEqual([
      `5:01 1 Good${interpolated}`,
      "5:02 2 Good",
      `5:04 3 Good${interpolated}`,
      `5:05 3 UncertainDataSubNormal${interpolated}`,
    ]);
  });

  test("simple bounds look at the nearest values only, whatever their quality", async () => {
    expect(told(await served.read(STATUS, atTimes(["5:05", "5:06", "4:00"], true)))).toEqual([
      "5:05 3 UncertainLastUsableValue",
      "5:06 null BadNoCommunication",
      "4:00 null BadNoData",
    ]);
  });

  test("more times than one answer holds follow in the next", async () => {
    const start = at("6:00");
    const node = LONG;
    const reqTimes = Array.from({ length: 1200 }, (_, place) => new Date(start + place * 1000));
    const details = new ReadAtTimeDetails({ reqTimes });
    const first = await served.read(node, details);
    const second = await served.read({ nodeId: node, continuationPoint: first.point! }, details);
    expect([first.values?.length, second.values?.length, second.point]).toEqual([1000, 200, undefined]);
    expect(second.values?.at(-1)?.value.value).toBe(1199);
  });

  test("more times than a session may leave waiting are refused", async () => {
    const reqTimes = Array.from({ length: 2001 }, (_, place) => new Date(at("5:00") + place));
    expect((await served.read(POWER, new ReadAtTimeDetails({ reqTimes }))).status).toBe("BadTooManyOperations");
  });

  test("no times, or times that are none, are refused", async () => {
    expect((await served.read(POWER, new ReadAtTimeDetails({ reqTimes: [] }))).status).toBe(
      "BadInvalidTimestampArgument",
    );
    const none = new ReadAtTimeDetails({ reqTimes: [new Date(Date.UTC(1601, 0, 1))] });
    expect((await served.read(POWER, none)).status).toBe("BadInvalidTimestampArgument");
  });
});
