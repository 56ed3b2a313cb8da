// The list of id tags as the local list of an independent charge point (OCPP 1.6 §5.10, §5.15): in pieces, by differences, whole again
// after a mismatch, and the same after a restart.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ClientSession } from "node-opcua";
import { createRPCError, type RPCClient } from "ocpp-rpc";
import { afterEach, describe, expect, it } from "vitest";
import { membersOf, ordinalOf } from "../../src/datapoints/enumerations.ts";
import { ADDITIONAL_INFO, call, callAll, int, nothing, on, text } from "../opcua/callsInTest.ts";
import { connectChargePoint, openSession, readValue, startBridgeInTest } from "./bridgeInTest.ts";

const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(clean);

async function clean(): Promise<void> {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
}

interface Update {
  readonly listVersion: number;
  readonly updateType: string;
  readonly localAuthorizationList?: readonly {
    readonly idTag: string;
    readonly idTagInfo?: { readonly status: string };
  }[];
}

/** A charge point's own list, as OCPP 1.6 §5.15 describes it. */
class LocalList {
  version = 0;
  most: string | undefined = "3";
  longest = "100";
  readonly entries = new Map<string, string>();
  /** `Full 1: 3` */
  readonly updates: string[] = [];
  asked = 0;

  serve(client: RPCClient): void {
    client.handle("GetConfiguration", async () => {
      this.asked++;
      const key = (name: string, value: string): object => ({ key: name, readonly: true, value });
      return {
        configurationKey: [
          ...(this.most === undefined ? [] : [key("SendLocalListMaxLength", this.most)]),
          key("LocalAuthListMaxLength", this.longest),
        ],
      };
    });
    client.handle("GetLocalListVersion", async () => ({ listVersion: this.version }));
    client.handle("SendLocalList", async ({ params }) => ({ status: this.#update(params as Update) }));
  }

  get listed(): string[] {
    return [...this.entries].map(([idTag, status]) => `${idTag} ${status}`).toSorted();
  }

  #update({ listVersion, updateType, localAuthorizationList: list = [] }: Update): string {
    this.updates.push(`${updateType} ${listVersion}: ${list.length}`);
    if (list.length > Number(this.most ?? 100)) return "Failed";
    if (updateType === "Differential" && listVersion <= this.version) return "VersionMismatch";
    if (updateType === "Full") this.entries.clear();
    for (const { idTag, idTagInfo } of list)
      if (idTagInfo === undefined) this.entries.delete(idTag);
      else this.entries.set(idTag, idTagInfo.status);
    this.version = listVersion;
    return "Accepted";
  }
}

interface Scene {
  readonly session: ClientSession;
  readonly list: LocalList;
  readonly chargePoint: RPCClient;
}

async function start(list = new LocalList(), data = "data"): Promise<Scene> {
  const bridge = await startBridgeInTest("chargePoints: [{ id: CP1 }, { id: OFF }]", 0, "operator", { data });
  cleanUps.push(() => bridge.stop());
  const chargePoint = await connectChargePoint(bridge.ocpp, "CP1");
  list.serve(chargePoint);
  cleanUps.push(() => chargePoint.close({ force: true }));
  await chargePoint.call("BootNotification", { chargePointVendor: "V", chargePointModel: "M" });
  const opened = await openSession(bridge.bridge.addresses.opcua);
  cleanUps.push(() => opened.close());
  return { session: opened.session, list, chargePoint };
}

async function set(session: ClientSession, status: string, ...idTags: string[]): Promise<void> {
  const said = int(ordinalOf("AuthorizationStatus", status));
  const calls = idTags.map((idTag) => on("/IdTags", "Set", [text(idTag), said, nothing, text("P")]));
  for (const answer of await callAll(session, calls)) expect(answer.status).toBe("Good");
}

const remove = (session: ClientSession, idTag: string) => call(session, on("/IdTags", "Remove", [text(idTag)]));

/** What SendIdTags answers: its status and version, or the Bad code with its text. */
async function send(session: ClientSession, updateType?: string, id = "CP1"): Promise<unknown[]> {
  const inputs = [updateType === undefined ? nothing : int(ordinalOf("UpdateType", updateType))];
  const { status, outputs, additionalInfo } = await call(session, on(id, "SendIdTags", inputs), ADDITIONAL_INFO);
  if (status !== "Good") return [status, additionalInfo];
  return [membersOf("UpdateStatus")[Number(outputs[0]?.value)], outputs[1]?.value];
}

describe("the local list of a charge point", () => {
  it("is filled in pieces that it takes, each of a version of its own, and then by what has changed", async () => {
    const { session, list } = await start();
    await set(session, "Accepted", "A", "B", "C", "D", "E", "F", "G");
    // The argument may be left out as well as left empty.
    expect((await call(session, on("CP1", "SendIdTags", []))).status).toBe("Good");
    expect(list.updates.splice(0)).toEqual(["Full 1: 3", "Differential 2: 3", "Differential 3: 1"]);
    expect(list.listed).toEqual(["A", "B", "C", "D", "E", "F", "G"].map((idTag) => `${idTag} Accepted`));
    await readValue(session, "CP1/LocalList/Version", 3);

    await set(session, "Blocked", "b", "H");
    await remove(session, "G");
    await remove(session, "A");
    await set(session, "Accepted", "a");
    expect(await send(session)).toEqual(["Accepted", 4 + 1]);
    expect(list.updates.splice(0)).toEqual(["Differential 4: 3", "Differential 5: 1"]);
    expect(list.listed).toEqual([
      "A Accepted",
      "B Blocked",
      "C Accepted",
      "D Accepted",
      "E Accepted",
      "F Accepted",
      "H Blocked",
    ]);
    // Nothing has changed, so nothing is sent.
    expect(await send(session)).toEqual(["Accepted", 5]);
    expect(list.updates).toEqual([]);
    expect(await send(session, "Full")).toEqual(["Accepted", 8]);
    expect(list.updates).toEqual(["Full 6: 3", "Differential 7: 3", "Differential 8: 1"]);
    expect(list.asked).toBe(1);
  });

  it("is sent whole once more when it has another version than we think", async () => {
    const { session, list } = await start();
    await set(session, "Accepted", "A", "B");
    expect(await send(session)).toEqual(["Accepted", 1]);
    // Somebody else has been at it.
    list.version = 40;
    list.entries.set("Stranger", "Accepted");
    await set(session, "Accepted", "C", "D");
    list.updates.length = 0;
    expect(await send(session)).toEqual(["Accepted", 42]);
    expect(list.updates).toEqual(["Differential 2: 2", "Full 41: 3", "Differential 42: 1"]);
    expect(list.listed).toEqual(["A", "B", "C", "D"].map((idTag) => `${idTag} Accepted`));
    await set(session, "Blocked", "D");
    expect(await send(session)).toEqual(["Accepted", 43]);
    expect(list.updates.at(-1)).toBe("Differential 43: 1");
  });

  it("is emptied when the list is empty, and is sent whole after a list that somebody else has sent through us", async () => {
    const { session, list } = await start();
    expect(await send(session)).toEqual(["Accepted", 1]);
    expect(list.updates.splice(0)).toEqual(["Full 1: 0"]);
    const other = [
      int(7),
      int(ordinalOf("UpdateType", "Full")),
      text('[{"idTag":"X","idTagInfo":{"status":"Accepted"}}]'),
    ];
    expect((await call(session, on("CP1", "SendLocalList", other))).status).toBe("Good");
    expect(list.listed).toEqual(["X Accepted"]);
    list.updates.length = 0;
    expect(await send(session, "Differential")).toEqual(["Accepted", 8]);
    expect([list.updates, list.listed]).toEqual([["Full 8: 0"], []]);
  });

  it("goes on where it was after a restart of the bridge", async () => {
    const data = await mkdtemp(join(tmpdir(), "ocpp-opcua-test-"));
    const list = new LocalList();
    const first = await start(list, data);
    await set(first.session, "Accepted", "A", "B");
    expect(await send(first.session)).toEqual(["Accepted", 1]);
    await remove(first.session, "A");
    await clean();
    cleanUps.push(() => rm(data, { recursive: true }));
    const { session } = await start(list, data);
    await set(session, "Blocked", "C");
    list.updates.length = 0;
    expect(await send(session)).toEqual(["Accepted", 2]);
    expect([list.updates, list.listed]).toEqual([["Differential 2: 2"], ["B Accepted", "C Blocked"]]);
  });

  it("is not touched where the list is longer than it takes, where it has none, and where it is not there", async () => {
    const { session, list } = await start();
    await set(session, "Accepted", "A", "B");
    list.longest = "1";
    expect(await send(session)).toEqual([
      "BadInvalidState",
      "the list has 2 id tags, and CP1 takes at most 1 (LocalAuthListMaxLength)",
    ]);
    expect(await send(session, undefined, "OFF")).toEqual([
      "BadNoCommunication",
      expect.stringContaining("not connected"),
    ]);
    expect(list.updates).toEqual([]);

    const without = new LocalList();
    without.version = -1;
    const other = await start(without);
    await set(other.session, "Accepted", "A");
    expect(await send(other.session)).toEqual(["BadInvalidState", "CP1 says that it has no local list"]);
    expect(without.updates).toEqual([]);
  });

  it("stops at the first piece that is refused, tells its status, and begins anew the next time", async () => {
    const { session, list, chargePoint } = await start();
    await set(session, "Accepted", "A", "B", "C", "D");
    let refuse: string | undefined = "Failed";
    chargePoint.handle("SendLocalList", async ({ params }) => {
      const { listVersion, updateType } = params as Update;
      list.updates.push(`${updateType} ${listVersion}`);
      if (updateType === "Differential" && refuse !== undefined) return { status: refuse };
      return { status: "Accepted" };
    });
    expect(await send(session)).toEqual(["Failed", 1]);
    refuse = "NotSupported";
    expect(await send(session)).toEqual(["NotSupported", 2]);
    refuse = "VersionMismatch";
    // Once, and not for ever.
    expect(await send(session)).toEqual(["VersionMismatch", expect.any(Number)]);
    expect(list.updates.map((update) => update.split(" ")[0])).toEqual([
      "Full",
      "Differential",
      "Full",
      "Differential",
      "Full",
      "Differential",
      "Full",
      "Differential",
    ]);
  });

  it("of a charge point that does not say how much it takes gets a hundred at a time", async () => {
    const list = new LocalList();
    list.most = undefined;
    list.longest = "none";
    const { session, chargePoint } = await start(list);
    chargePoint.handle("GetConfiguration", () => Promise.reject(createRPCError("NotSupported", "no")));
    await set(session, "Accepted", ...Array.from({ length: 150 }, (_, index) => `T${index}`));
    expect(await send(session)).toEqual(["Accepted", 2]);
    expect(list.updates).toEqual(["Full 1: 100", "Differential 2: 50"]);
  });

  it("is sent by one at a time", async () => {
    const { session, list, chargePoint } = await start();
    await set(session, "Accepted", "A");
    const reached = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    chargePoint.handle("GetLocalListVersion", async () => {
      reached.resolve();
      await release.promise;
      return { listVersion: 0 };
    });
    const first = send(session);
    await reached.promise;
    expect(await send(session)).toEqual(["BadInvalidState", "CP1 is just being sent the list of id tags"]);
    release.resolve();
    expect(await first).toEqual(["Accepted", 1]);
    expect(list.updates).toEqual(["Full 1: 1"]);
  });
});
