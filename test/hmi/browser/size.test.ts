// How much a browser has to fetch before it shows the site: read from what vite has built.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";

const MOST_BYTES = 150_000;

interface Chunk {
  readonly file: string;
  readonly css?: readonly string[];
  readonly imports?: readonly string[];
}

const built = (path: string) => fileURLToPath(new URL(`../../../dist/hmi/browser/${path}`, import.meta.url));
const chunks = JSON.parse(readFileSync(built(".vite/manifest.json"), "utf8")) as Record<string, Chunk>;

/** A chunk's own files and those of what it imports from the first. */
function filesOf(name: string, seen = new Set<string>()): string[] {
  const chunk = chunks[name];
  if (chunk === undefined || seen.has(name)) return [];
  seen.add(name);
  return [chunk.file, ...(chunk.css ?? []), ...(chunk.imports ?? []).flatMap((each) => filesOf(each, seen))];
}

it(`shows the site for at most ${MOST_BYTES} bytes, gzipped, all in`, () => {
  const first = new Set(["index.html", ...filesOf("index.html"), ...filesOf("site/sitePage.tsx")]);
  expect(first.size).toBeGreaterThan(3);
  const bytes = [...first].reduce((sum, file) => sum + gzipSync(readFileSync(built(file))).length, 0);
  expect(bytes).toBeLessThanOrEqual(MOST_BYTES);
});

it("writes neither scripts nor styles nor data into the page itself, for the rules of the server refuse them", () => {
  const html = readFileSync(built("index.html"), "utf8");
  expect(html).not.toMatch(/<style|\bstyle=|\bon\w+=|data:/);
  expect([...html.matchAll(/<script[^>]*>([^<]*)/g)].map(([, text]) => text)).toEqual([""]);
});
