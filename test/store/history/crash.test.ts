import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import type { Occurrence } from "../../../src/twin/occurrences.ts";
import { HistoriesInTest } from "./historyInTest.ts";

const histories = new HistoriesInTest();
afterEach(() => histories.clean());

const START = Date.UTC(2026, 0, 1);
const SERIES = { chargePointId: "CP001", connector: 1, path: "MeterValues/Energy.Active.Import.Register" };
const PROGRAM = fileURLToPath(new URL("killed.ts", import.meta.url));

interface Kept {
  readonly samples: number;
  readonly events: number;
}

/** How much the process had kept, as far as it could say, when it was killed. */
async function keepUntilKilled(folder: string, first: number, wanted: number): Promise<Kept> {
  const child = spawn(process.execPath, [PROGRAM, folder, String(first)], { stdio: ["ignore", "pipe", "inherit"] });
  let kept: Kept = { samples: first, events: 0 };
  let text = "";
  child.stdout.on("data", (data: Buffer) => {
    text += data.toString();
    const lines = text.split("\n");
    text = lines.pop() ?? "";
    const [samples, events] = (lines.at(-1) ?? "").split(" ").map(Number);
    if (samples !== undefined && events !== undefined) kept = { samples, events };
    if (kept.samples >= first + wanted) child.kill("SIGKILL");
  });
  await once(child, "close");
  return kept;
}

describe("a process that is killed", () => {
  it("loses nothing that has been written, and leaves no gap and nothing twice, again and again", async () => {
    const folder = await histories.folder();
    let next = 0;
    let nextEvent = 0;
    for (const wanted of [2000, 5000, 9000]) {
      const kept = await keepUntilKilled(folder, next, wanted);
      const history = await histories.history(folder, { historyDays: 3650 });
      const { samples } = await history.read({ ...SERIES, from: 0, to: 2 ** 45, limit: 1_000_000 });
      expect(samples.length).toBeGreaterThanOrEqual(kept.samples);
      expect(samples.map(({ at, value }) => [at, value])).toEqual(
        samples.map((_, value) => [START + value * 1000, value]),
      );
      const { kept: said } = await history.readOccurrences({ from: 0, to: 2 ** 45, limit: 1_000_000 });
      expect(said.length - nextEvent).toBeGreaterThanOrEqual(kept.events);
      const ofThisTime = said.slice(nextEvent).map(({ occurrence }) => Number((occurrence as Occurrence).message));
      expect(ofThisTime).toEqual(ofThisTime.map((_, place) => next + (place + 1) * 20));
      nextEvent = said.length;
      next = samples.length;
      await history.stop();
    }
    expect(next).toBeGreaterThan(15_000);
  }, 60_000);
});
