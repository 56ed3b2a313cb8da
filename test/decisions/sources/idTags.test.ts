// The list of id tags as a source of decisions (INTERFACES §4; OCPP 1.6 §4.1, §4.8, §4.10, §7.2).
import { describe, expect, test } from "vitest";
import { IdTags } from "../../../src/app/idTags.ts";
import { RunningIdTags } from "../../../src/app/runningIdTags.ts";
import { askIdTags, type IdTagSource } from "../../../src/decisions/sources/idTags.ts";
import type { Question } from "../../../src/twin/questions.ts";
import { reduce } from "../../../src/twin/reduce/reduce.ts";
import { keptIdTags } from "../../app/idTagsInTest.ts";
import { createTwin, type Twin } from "../../../src/twin/twin.ts";

const NOW = Date.UTC(2026, 10, 25, 12);
const MINUTE = 60_000;
const list = new IdTags(
  10,
  keptIdTags(
    { idTag: "Good", status: "Accepted" },
    { idTag: "Group", status: "Accepted", parentIdTag: "Staff", expiresAt: NOW + 1000 },
    { idTag: "Old", status: "Accepted", expiresAt: NOW },
    { idTag: "Lost", status: "Blocked", expiresAt: NOW - 1000 },
    { idTag: "Bad", status: "Invalid" },
    { idTag: "Gone", status: "Expired" },
  ),
);

/** A twin on whose connectors these id tags charge. */
function charging(
  id: string,
  ...begun: readonly (readonly [connector: number, idTag: string, status?: string])[]
): Twin {
  const twin = createTwin(id, { status: "Accepted", heartbeatIntervalSeconds: 300 }, NOW);
  return begun.reduce(
    (before, [connector, idTag, idTagStatus = "Accepted"], index) =>
      reduce(before, {
        type: "TransactionStarted",
        connector,
        transactionId: index + 1,
        idTag,
        idTagStatus,
        meterStart: 0,
        timestamp: new Date(NOW - 30 * MINUTE).toISOString(),
        at: NOW - 30 * MINUTE,
        received: NOW - 30 * MINUTE,
      }),
    twin,
  );
}

function ask(question: Partial<Question>, running: readonly Twin[] = [], more: Partial<IdTagSource> = {}) {
  const runningIdTags = new RunningIdTags();
  for (const twin of running) runningIdTags.publish(undefined, twin);
  const asked = { list, running: runningIdTags, concurrentTransactions: "refuse", now: () => NOW, ...more } as const;
  return askIdTags(asked, { action: "Authorize", chargePointId: "CP001", payload: {}, ...question });
}

const source = "idTags";
const start = { action: "StartTransaction", connectorId: 1 } as const;
const at = (time: number): { payload: object } => ({ payload: { timestamp: new Date(time).toISOString() } });

describe.each(["Authorize", "StartTransaction", "StopTransaction"] as const)(
  "the list of id tags, asked for %s",
  (action) => {
    test.each([
      ["GOOD", { status: "Accepted" }],
      ["group", { status: "Accepted", parentIdTag: "Staff", expiryDate: "2026-11-25T12:00:01Z" }],
      ["Old", { status: "Expired", expiryDate: "2026-11-25T12:00:00Z" }],
      ["Lost", { status: "Blocked", expiryDate: "2026-11-25T11:59:59Z" }],
      ["Bad", { status: "Invalid" }],
      ["Gone", { status: "Expired" }],
      ["Unknown", { status: "Invalid" }],
      ["", { status: "Invalid" }],
      ["x".repeat(10_000), { status: "Invalid" }],
      ["constructor", { status: "Invalid" }],
    ])("answers of %j %j", (idTag, answer) => {
      expect(ask({ action, idTag })).toEqual({ ...answer, source });
    });

    test("does not know what to say where there is no id tag", () => {
      expect(ask({ action })).toBeUndefined();
    });
  },
);

test.each(["DataTransfer", "BootNotification"] as const)("the list of id tags has nothing to say to %s", (action) => {
  expect(ask({ action, idTag: "Good" })).toBeUndefined();
});

describe("an id tag that charges", () => {
  test.each<[string, Partial<Question>, readonly Twin[], string]>([
    ["at another charge point is ConcurrentTx", start, [charging("CP002", [1, "GOOD"])], "ConcurrentTx"],
    ["at another connector is ConcurrentTx", start, [charging("CP001", [2, "Good"])], "ConcurrentTx"],
    ["at the same connector is the same start, repeated", start, [charging("CP001", [1, "Good"])], "Accepted"],
    ["is authorized elsewhere (§7.2)", { action: "Authorize" }, [charging("CP002", [1, "Good"])], "Accepted"],
    ["may end what it has begun", { action: "StopTransaction" }, [charging("CP001", [1, "Good"])], "Accepted"],
    ["was refused there, and may charge here", start, [charging("CP002", [1, "Good", "ConcurrentTx"])], "Accepted"],
    ["is another one", start, [charging("CP002", [1, "Group"])], "Accepted"],
    [
      "now as by the charge point's clock",
      { ...start, ...at(NOW - MINUTE) },
      [charging("CP002", [1, "Good"])],
      "ConcurrentTx",
    ],
    [
      "since before a start that was queued",
      { ...start, ...at(NOW - 20 * MINUTE) },
      [charging("CP002", [1, "Good"])],
      "ConcurrentTx",
    ],
    [
      "only since after a start that was queued",
      { ...start, ...at(NOW - 90 * MINUTE) },
      [charging("CP002", [1, "Good"])],
      "Accepted",
    ],
    [
      "whatever an unreadable time says",
      { ...start, payload: { timestamp: "x" } },
      [charging("CP002", [1, "Good"])],
      "ConcurrentTx",
    ],
  ])("%s", (_, question, running, status) => {
    expect(ask({ idTag: "Good", ...question }, running)).toMatchObject({ status });
  });

  test("may start another transaction where the settings allow it", () => {
    const running = [charging("CP002", [1, "Good"])];
    expect(ask({ ...start, idTag: "Good" }, running, { concurrentTransactions: "allow" })).toMatchObject({
      status: "Accepted",
    });
  });

  test("and is blocked meanwhile is Blocked, not ConcurrentTx", () => {
    expect(ask({ ...start, idTag: "Lost" }, [charging("CP002", [1, "Lost"])])).toMatchObject({ status: "Blocked" });
  });
});

describe("where id tags charge", () => {
  const places = (running: RunningIdTags, idTag: string): string[] =>
    [...running.of(idTag)].map(({ chargePointId, connectorId }) => `${chargePointId}/${connectorId}`);

  test("follows the twins: starts, ends, other id tags, and charge points that are removed", () => {
    const running = new RunningIdTags();
    const two = charging("A", [1, "X"], [2, "x"]);
    running.publish(undefined, two);
    running.publish(undefined, charging("B", [1, "Y"]));
    expect([places(running, "X"), places(running, "y"), places(running, "Z")]).toEqual([["A/1", "A/2"], ["B/1"], []]);
    const ended = reduce(two, {
      type: "TransactionStopped",
      connector: 1,
      transactionId: 1,
      reason: "Local",
      at: NOW,
      received: NOW,
    });
    running.publish(two, ended);
    expect(places(running, "X")).toEqual(["A/2"]);
    const next = charging("A", [2, "Z"]);
    running.publish(ended, next);
    expect([places(running, "X"), places(running, "Z")]).toEqual([[], ["A/2"]]);
    running.forget("A");
    running.forget("NOBODY");
    expect([places(running, "Z"), places(running, "Y")]).toEqual([[], ["B/1"]]);
  });

  test("is not looked through again for a measured value", () => {
    const running = new RunningIdTags();
    const twin = charging("A", [1, "X"]);
    running.publish(undefined, twin);
    const [before] = running.of("X");
    const sampled = reduce(twin, { type: "MeterSampled", connector: 1, readings: [], at: NOW, received: NOW });
    expect(sampled.connectors).not.toBe(twin.connectors);
    running.publish(twin, sampled);
    expect([...running.of("X")][0]).toBe(before);
  });
});
