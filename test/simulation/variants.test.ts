import { expect, it } from "vitest";
import { variants } from "./variants.ts";
import { run, type Run } from "./world.ts";

const SEEDS = 500;

it.each(variants)(
  "finds out a bridge that $name",
  async ({ breaks, seams }) => {
    let found: Run["breach"];
    for (let seed = 1; seed <= SEEDS && found === undefined; seed++) found = (await run({ seed, seams })).breach;
    expect(breaks).toContain(found?.guarantee);
  },
  300_000,
);
