// How well the bridge serves, from what is really so: starting, stopping, a disk that refuses.
import { describe, expect, it } from "vitest";
import { reportStatus, type StatusSources } from "../../src/app/bridgeStatus.ts";
import { IdTags } from "../../src/app/idTags.ts";
import { Readiness } from "../../src/app/readiness.ts";
import { serviceLevelOf } from "../../src/app/serviceLevel.ts";
import { Sequences } from "../../src/app/announce.ts";
import { Twins } from "../../src/app/twins.ts";
import { Counts } from "../../src/std/counts.ts";
import { HandClock } from "../ocpp/handClock.ts";

describe("the ServiceLevel (OPC 10000-4 §6.6.2.4.2)", () => {
  it.each([
    [[], "ok", 255, []],
    [[], "failing", 100, ["the store cannot write: no transaction is confirmed"]],
    [["starting"], "ok", 1, ["the bridge is starting"]],
    [["stopping"], "ok", 0, ["the bridge is stopping"]],
    [["stopping"], "failing", 0, ["the bridge is stopping", "the store cannot write: no transaction is confirmed"]],
  ] as const)("of a bridge that is %j with a store that is %s is %i", (notReady, storeState, level, reasons) => {
    expect(serviceLevelOf(notReady, storeState)).toEqual({
      serviceLevel: level,
      serviceLevelReasons: JSON.stringify(reasons),
    });
  });

  it("is told at once when the bridge becomes ready and when it begins to stop, and stays down then", () => {
    const readiness = new Readiness();
    const levels: number[] = [];
    const sources: StatusSources = {
      house: { twins: new Twins(), projections: [], sequences: new Sequences() },
      counts: new Counts(),
      clock: new HandClock(),
      startedAt: 0,
      storeState: () => "ok",
      scadaMethodState: () => "off",
      idTags: new IdTags(10),
      trust: { shown: () => "[]", watch: () => {} },
      readiness,
      rules: () => ({ inUse: 0, loadedAt: 0, error: "" }),
      decisions: () => ({ count: 0, totalMs: 0 }),
      whenReloaded: () => {},
    };
    reportStatus(sources, ({ serviceLevel }) => levels.push(serviceLevel)).cancel();
    for (const reason of [undefined, "stopping", undefined, "starting"] as const) readiness.set(reason);
    expect(levels).toEqual([1, 255, 0]);
    expect(readiness.reasons()).toEqual(["stopping"]);
  });
});
