// More keys than a charge point can be asked for at once (GetConfigurationMaxKeys, OCPP 1.6 §5.8 and §9.1.9).
import { describe, expect, it, test } from "vitest";
import { mergeResponses, pagesOf } from "../../src/app/configurationPages.ts";
import type { OutgoingRequest } from "../../src/app/roadOut.ts";
import { reduce } from "../../src/twin/reduce/reduce.ts";
import { createTwin, type Twin } from "../../src/twin/twin.ts";

const stamp = { at: 1, received: 1 };

/** A charge point that takes so many keys at once. */
function twinThatTakes(value: string): Twin {
  const twin = createTwin("CP", { status: "Accepted", heartbeatIntervalSeconds: 300 }, 0);
  const entries = [{ key: "GetConfigurationMaxKeys", readonly: true, value }];
  return reduce(twin, { type: "ConfigurationReported", entries, ...stamp });
}

const asking = (...key: string[]): OutgoingRequest => ({
  kind: "request",
  action: "GetConfiguration",
  payload: { key },
});

describe("a request for configuration keys", () => {
  it("is cut into as many as the charge point takes, in order", () => {
    const pages = pagesOf(twinThatTakes("2"), asking("a", "b", "c", "d", "e"));
    expect(pages).toEqual([asking("a", "b"), asking("c", "d"), asking("e")]);
  });

  it.each(["", "0", "-1", "1.5", "NaN", "many"])("stays whole where %j is no number of keys", (value) => {
    const request = asking("a", "b");
    expect(pagesOf(twinThatTakes(value), request)).toEqual([request]);
  });

  it("stays whole where it fits, asks for all keys, or nothing is known", () => {
    const all: OutgoingRequest = { kind: "request", action: "GetConfiguration", payload: {} };
    expect(pagesOf(twinThatTakes("2"), asking("a", "b"))).toHaveLength(1);
    expect(pagesOf(twinThatTakes("1"), all)).toEqual([all]);
    expect(pagesOf(undefined, asking("a", "b"))).toHaveLength(1);
  });
});

test("the responses become one, with both lists", () => {
  const merged = mergeResponses([
    { configurationKey: [1], unknownKey: ["x"] },
    { configurationKey: [2, 3] },
    { unknownKey: ["y"] },
  ]);
  expect(merged).toEqual({ configurationKey: [1, 2, 3], unknownKey: ["x", "y"] });
});

test.each([[[null]], [[{}, "text"]], [[{}, [1]]]])("what is no response is left to the check: %j", (responses) => {
  expect(mergeResponses(responses)).toEqual(responses.at(-1));
});
