// Downloads of what is kept: of the two that may run at once each is over when it ends, however that is.
import { Hono } from "hono";
import { expect, it } from "vitest";
import { serveDownloads } from "../../src/hmi/downloads.ts";
import type { HmiEnv } from "../../src/hmi/http.ts";
import type { Ask } from "../../src/hmi/questions.ts";
import { HandClock } from "../ocpp/handClock.ts";

const log = { error: (): void => {} };

/** An export without an end, which `ended` may refuse to end. */
function open(ended: () => Promise<void>): { clock: HandClock; get: () => Promise<Response> } {
  const ask = (async (name: string) => {
    if (name === "beginExport") return { number: 1, piece: "first\n" };
    if (name === "endExport") return ended();
    return "another\n";
  }) as Ask;
  const clock = new HandClock();
  const app = new Hono<HmiEnv>();
  app.use(async (context, next) => {
    context.set("who", { role: "operator" } as HmiEnv["Variables"]["who"]);
    await next();
  });
  serveDownloads(app, { ask, log, clock });
  return { clock, get: async () => app.request("/api/id-tags.csv") };
}

it("gives its place back though the export cannot be ended", async () => {
  const { get } = open(() => Promise.reject(new Error("the main thread is busy")));
  for (let count = 0; count < 5; count++) {
    const { status, body } = await get();
    expect(status).toBe(200);
    await body?.cancel().catch(() => {});
  }
});

it("is cut off and gives its place back when nobody takes a piece for a minute", async () => {
  const { clock, get } = open(() => Promise.resolve());
  const [first, second] = [await get(), await get()];
  expect((await get()).status).toBe(503);
  const reader = first.body?.getReader();
  for (let count = 0; count < 3; count++) {
    clock.move(40_000);
    await reader?.read();
    await new Promise(setImmediate);
  }
  await expect(second.text()).rejects.toThrow("the export was not taken in time");
  const third = await get();
  expect([third.status, (await get()).status]).toEqual([200, 503]);
  clock.move(60_000);
  await new Promise(setImmediate);
  await expect(reader?.read()).rejects.toThrow("the export was not taken in time");
  expect(clock.running).toBe(0);
});
