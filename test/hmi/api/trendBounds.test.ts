// What a question for a trend may cost: however much there is, reading ends; however many ask, only some are read for at once.
import { afterEach, describe, expect, it } from "vitest";
import { trends } from "../../../src/hmi/api/trends.ts";
import type { ApiRequest, ApiSurroundings, Reply } from "../../../src/hmi/endpoint.ts";
import type { TrendView } from "../../../src/hmi/shapes.ts";
import type { HistoryPage, HistoryQuery } from "../../../src/twin/ports.ts";

const query = { chargePoint: "CP1", connector: 0, path: "State/Connected", from: 0, to: 10_000_000, points: 100 };

/** Asks with this history behind it. */
async function ask(read: (query: HistoryQuery) => Promise<HistoryPage | undefined>, user = "anna"): Promise<Reply> {
  const surroundings = { ask: (_: string, asked: HistoryQuery) => read(asked) } as unknown as ApiSurroundings;
  const handle = trends[0]?.handle;
  if (handle === undefined) throw new Error("there is no endpoint");
  return handle({ query, requester: { user } } as unknown as ApiRequest, surroundings);
}

const waiting: (() => void)[] = [];
afterEach(() => {
  for (const answer of waiting.splice(0)) answer();
});

describe("a trend", () => {
  it("ends where there is too much, says so, and asks each page from where the one before ended", async () => {
    const cursors: (number | undefined)[] = [];
    const reply = await ask(async ({ after, limit }) => {
      cursors.push(after);
      const first = after === undefined ? 0 : after + 1;
      const samples = Array.from({ length: limit }, (_, place) => {
        const at = first + place;
        return { at, received: at, value: at % 2 === 0, quality: "Good" as const };
      });
      return { samples, more: true };
    });
    expect(cursors.slice(0, 3)).toEqual([undefined, 1999, 3999]);
    expect(cursors).toHaveLength(75);
    const { samples, more } = ("body" in reply ? reply.body : {}) as TrendView;
    expect(more).toBe(true);
    expect(samples.length).toBeLessThanOrEqual(7 * 100);
    expect(samples.at(-1)?.[0]).toBe(149_999);
  });

  it("ends at a page without samples, whatever it says of more", async () => {
    const reply = await ask(async () => ({ samples: [], more: true }));
    expect(reply).toEqual({ status: 200, body: { samples: [], more: false } });
  });

  it("is refused where no history is kept", async () => {
    expect(await ask(async () => undefined)).toMatchObject({ status: 404 });
  });

  it("is refused while too many are read, and not once they are done, not even when they fail", async () => {
    const pending = Array.from({ length: 24 }, (_, place) =>
      ask(
        () => new Promise((__, reject) => waiting.push(() => reject(new Error("the thread has ended")))),
        `user ${place % 3}`,
      ).catch(() => "failed"),
    );
    expect(await ask(async () => ({ samples: [], more: false }))).toMatchObject({ status: 503 });
    for (const answer of waiting.splice(0)) answer();
    expect(new Set(await Promise.all(pending))).toEqual(new Set(["failed"]));
    expect(await ask(async () => ({ samples: [], more: false }))).toMatchObject({ status: 200 });
  });

  it("is refused to who reads eight already, and to nobody else for that", async () => {
    const pending = Array.from({ length: 8 }, () =>
      ask(() => new Promise((answer) => waiting.push(() => answer({ samples: [], more: false })))),
    );
    expect(await ask(async () => ({ samples: [], more: false }))).toMatchObject({ status: 503 });
    expect(await ask(async () => ({ samples: [], more: false }), "bert")).toMatchObject({ status: 200 });
    for (const answer of waiting.splice(0)) answer();
    await Promise.all(pending);
  });
});
