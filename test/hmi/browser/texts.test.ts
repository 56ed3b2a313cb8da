import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import texts from "../../../src/hmi/browser/texts.json" with { type: "json" };

const folder = fileURLToPath(new URL("../../../src/hmi/browser", import.meta.url));
const sources = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
  .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"))
  .join("\n");

/** The beginnings of keys whose end is not known before the page runs, such as `state.${state}`. */
const openKeys = [...sources.matchAll(/`([\w.]+\.)\$\{/g)].map(([, beginning = ""]) => beginning);
const placesIn = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([place]) => place).toSorted();

describe("each text of the page", () => {
  it.each(Object.entries(texts))("%s is there in both languages, with the same places for values", (_, each) => {
    expect(Object.keys(each)).toEqual(["en", "de"]);
    expect(each.en.trim()).not.toBe("");
    expect(each.de.trim()).not.toBe("");
    expect(placesIn(each.de)).toEqual(placesIn(each.en));
  });

  it("is said somewhere", () =>
    expect(
      Object.keys(texts).filter(
        (key) => !sources.includes(`"${key}"`) && !openKeys.some((beginning) => key.startsWith(beginning)),
      ),
    ).toEqual([]));

  it("stands in alphabetical order, so that one finds it", () => {
    const keys = Object.keys(texts);
    expect(keys).toEqual(keys.toSorted());
  });
});
