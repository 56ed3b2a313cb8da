import { afterEach, describe, expect, it } from "vitest";
import * as fc from "fast-check";
import type { HistorySample } from "../../../src/twin/ports.ts";
import { HandClock, HistoriesInTest, NOON, pageOfModel, POWER, sample } from "./historyInTest.ts";

/** Each look at it takes a millisecond, as each series does that goes into chunks. */
class BusyClock extends HandClock {
  mostAtOnce = 0;
  #looks = 0;

  override monotonic(): number {
    return super.monotonic() + this.#looks++;
  }

  override after(delayMs: number, run: () => void): { cancel: () => void } {
    return super.after(delayMs, () => {
      this.#looks = 0;
      run();
      this.mostAtOnce = Math.max(this.mostAtOnce, this.#looks);
      this.#looks = 0;
    });
  }
}

const histories = new HistoriesInTest();
afterEach(() => histories.clean());

const series = (count: number, first = NOON, distanceMs = 10_000): HistorySample[] =>
  Array.from({ length: count }, (_, index) => sample(first + index * distanceMs, index));

describe("samples on their way into chunks", () => {
  it.each([
    ["while they wait", 0],
    ["when they stand in the log", 1100],
    ["when they stand in chunks", 60_000],
  ])("can be read %s", async (_, passedMs) => {
    const file = await histories.file({ sealAt: 500 });
    file.keep(series(3000));
    file.clock.pass(passedMs);
    expect(file.samples()).toEqual(series(3000));
  });

  it.each([
    ["what waited", 0],
    ["what stood in the log", 1100],
    ["what stood in chunks", 60_000],
  ])("are all there again after a restart: %s", async (_, passedMs) => {
    const file = await histories.file({ sealAt: 500 });
    file.keep(series(3000));
    file.keep([sample(NOON, "Charging")], { ...POWER, path: "Status/Status" });
    file.clock.pass(passedMs);
    file.reopen();
    expect(file.samples()).toEqual(series(3000));
    file.clock.pass(60_000);
    expect(file.samples()).toEqual(series(3000));
    expect(file.samples({ path: "Status/Status" })).toEqual([sample(NOON, "Charging")]);
    expect(file.damaged).toEqual([]);
  });

  it("go there quicker where they come quicker, rather than all at once while others wait", async () => {
    const clock = new BusyClock();
    const file = await histories.file({ sealAt: 3000 }, clock);
    const places = Array.from({ length: 2000 }, (_, index) => ({ ...POWER, chargePointId: `CP${index}` }));
    // A thousand a second, where the pauses alone would leave room for half of them.
    for (let index = 0; index < 12_000; index++) {
      file.keep([sample(NOON + index, index)], places[index % places.length]);
      clock.pass(1);
    }
    // A step has eight looks at the clock.
    expect(clock.mostAtOnce).toBeLessThan(20);
    clock.pass(60_000);
    for (const [index, place] of places.slice(0, 10).entries())
      expect(file.samples(place).map(({ value }) => value)).toEqual(
        Array.from({ length: 6 }, (_, round) => index + 2000 * round),
      );
  });

  it("stay apart by charge point, connector and datapoint", async () => {
    const file = await histories.file();
    const places = [
      POWER,
      { ...POWER, connector: 0 },
      { ...POWER, chargePointId: "CP002" },
      { ...POWER, path: "MeterValues/SoC" },
    ];
    for (const [value, place] of places.entries()) file.keep([sample(NOON, value)], place);
    for (const [value, place] of places.entries()) expect(file.samples(place)).toEqual([sample(NOON, value)]);
    expect(file.read({ path: "MeterValues/Voltage" })).toEqual({ samples: [], more: false });
  });

  it("go in at their own time when they come late, wherever the others stand by then", async () => {
    const file = await histories.file({ sealAt: 500 });
    file.keep(series(2000));
    file.clock.pass(60_000);
    const late = [sample(NOON - 5000, -1), sample(NOON + 5000, -2), sample(NOON + 9_995_000, -3)].map((each) => ({
      ...each,
      received: NOON + 86_400_000,
    }));
    file.keep(late);
    const all = [...series(2000), ...late].toSorted((a, b) => a.at - b.at);
    expect(file.samples()).toEqual(all);
    file.keep(series(600, NOON + 100_000_000));
    file.clock.pass(60_000);
    file.reopen();
    expect(file.samples({ to: NOON + 50_000_000 })).toEqual(all);
  });

  it("of the same time are one: that received last, also when it comes first", async () => {
    const file = await histories.file({ sealAt: 1 });
    const older = sample(NOON, 1, { received: NOON + 1000 });
    const newer = sample(NOON, 2, { received: NOON + 2000 });
    file.keep([older]);
    file.clock.pass(5000);
    file.keep([newer]);
    expect(file.samples()).toEqual([newer]);
    file.clock.pass(5000);
    file.keep([older]);
    expect(file.samples()).toEqual([newer]);
    file.clock.pass(5000);
    expect(file.samples()).toEqual([newer]);
  });
});

describe("the oldest that is kept", () => {
  it.each([
    ["stands in the log", 1100],
    ["stands in chunks", 60_000],
  ])("is told when it %s, and after a restart", async (_, passedMs) => {
    const file = await histories.file({ sealAt: 500 });
    expect(file.begin()).toEqual({ samples: undefined, occurrences: undefined });
    file.keep(series(1000, NOON + 5000), { ...POWER, connector: 2 });
    file.keep(series(1000));
    file.keep([sample(NOON - 5000)], { ...POWER, connector: 3 });
    const told = { type: "CommandFinishedEventType", chargePointId: "CP001", severity: 100, message: "", fields: {} };
    file.announce([
      { ...told, at: NOON + 2, received: NOON },
      { ...told, at: NOON + 1, received: NOON },
    ]);
    file.clock.pass(passedMs);
    expect(file.begin()).toEqual({ samples: NOON - 5000, occurrences: NOON + 1 });
    file.reopen();
    expect(file.begin()).toEqual({ samples: NOON - 5000, occurrences: NOON + 1 });
  });
});

describe("values", () => {
  const values: readonly (readonly [string, HistorySample["value"]])[] = [
    ["NaN", Number.NaN],
    ["infinite", Number.POSITIVE_INFINITY],
    ["infinite below zero", Number.NEGATIVE_INFINITY],
    ["minus zero", -0],
    ["1e308", 1e308],
    ["5e-324", 5e-324],
    ["2^53", 2 ** 53],
    ["-2^53", -(2 ** 53)],
    ["2^50", 2 ** 50],
    ["0.1", 0.1],
    ["230.123", 230.123],
    ["a third", 1 / 3],
    ["true", true],
    ["false", false],
    ["nothing", null],
    ["an empty text", ""],
    ["a text of 100,000 characters", "ä".repeat(100_000)],
    ["half a surrogate pair", "\ud800"],
    ["a NUL", "a\0b"],
  ];

  it.each(values)("come back as they were: %s", async (_, value) => {
    const file = await histories.file({ sealAt: 3 });
    const samples = [sample(NOON, 1), sample(NOON + 1, value, { quality: "Uncertain" }), sample(NOON + 2, 2)];
    file.keep(samples);
    expect(file.samples()).toEqual(samples);
    file.clock.pass(5000);
    file.reopen();
    expect(file.samples()).toEqual(samples);
    expect(Object.is(file.samples()[1]?.value, value)).toBe(true);
  });

  it("may all stand in one chunk", async () => {
    const file = await histories.file({ sealAt: 1 });
    const samples = values.map(([, value], index) => sample(NOON + index, value));
    file.keep(samples);
    file.clock.pass(5000);
    file.reopen();
    expect(file.samples()).toEqual(samples);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, -1, 0.5, 2 ** 60])(
    "at no time at all are counted as lost, and missing when they came: %s",
    async (at) => {
      const file = await histories.file();
      file.keep([sample(NOON, 1, { at }), sample(NOON, 2)]);
      expect(file.samples({ from: -1e300, to: 1e300 })).toEqual([
        sample(NOON, 2),
        { at: NOON + 100, received: NOON + 100, value: null, quality: "Lost" },
      ]);
      expect(file.lost).toBe(1);
    },
  );
});

describe("pages", () => {
  const arbitrarySample = fc.record({
    at: fc.integer({ min: NOON, max: NOON + 60 }),
    received: fc.integer({ min: NOON, max: NOON + 500 }),
    value: fc.oneof(fc.double(), fc.boolean(), fc.constant(null), fc.string()),
    quality: fc.constantFrom("Good", "Uncertain", "Bad"),
  }) satisfies fc.Arbitrary<HistorySample>;
  const arbitraryTime = fc.integer({ min: NOON - 5, max: NOON + 65 });

  it("are those of a plain model, whatever comes in whatever order and whenever it is moved", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(arbitrarySample, { maxLength: 40 }), { maxLength: 8 }),
        fc.array(fc.constantFrom("wait", "seal", "restart"), { minLength: 8, maxLength: 8 }),
        fc.array(
          fc.record(
            {
              from: arbitraryTime,
              to: arbitraryTime,
              limit: fc.integer({ min: 1, max: 70 }),
              after: arbitraryTime,
              bounds: fc.boolean(),
            },
            { requiredKeys: ["from", "to", "limit"] },
          ),
          { minLength: 1, maxLength: 8 },
        ),
        async (batches, steps, queries) => {
          const file = await histories.file({ sealAt: 20 });
          const all: HistorySample[] = [];
          for (const [index, batch] of batches.entries()) {
            file.keep(batch);
            all.push(...batch);
            if (steps[index] === "seal") file.clock.pass(10_000);
            if (steps[index] === "restart") file.reopen();
            for (const query of queries) expect(file.read(query)).toEqual(pageOfModel(all, query));
          }
          await histories.clean();
        },
      ),
      { numRuns: 60 },
    );
  });

  it.each([
    ["forwards", NOON, NOON + 100_000_000],
    ["backwards", NOON + 100_000_000, NOON],
  ])("one after the other are everything, %s", async (_, from, to) => {
    const file = await histories.file({ sealAt: 700 });
    file.keep(series(1000));
    file.clock.pass(60_000);
    file.keep(series(1500).slice(1000));
    const read: HistorySample[] = [];
    for (;;) {
      const last = read.at(-1);
      const { samples, more } = file.read({ from, to, limit: 64, ...(last && { after: last.at }) });
      read.push(...samples);
      expect(samples.length).toBe(more ? 64 : 1500 % 64);
      if (!more) break;
    }
    const all = series(1500);
    expect(read).toEqual(from > to ? all.toReversed() : all);
  });
});
