// Behaviour 22 (errata 3.10): which passwords let a charge point in while it is given another AuthorizationKey, whatever becomes of the
// answer, of the disk and of the bridge.
import { beforeEach, describe, expect, it } from "vitest";
import { openDoor } from "../../src/app/door.ts";
import { entriesFrom } from "../../src/app/keptRegister.ts";
import { Register } from "../../src/app/register.ts";
import type { CallOutcome } from "../../src/ocpp/outgoingCalls.ts";
import { PasswordCheck } from "../../src/ocpp/passwordCheck.ts";
import type { ChargePointSettings } from "../../src/settings/settings.ts";
import { silentLog } from "../../src/std/log.ts";
import { call, openRoadOut, type RoadOutInTest } from "./roadOutInTest.ts";

const [before, after, another] = ["00".repeat(20), "01".repeat(20), "02".repeat(20)];
const settled = (password = before): string => `chargePoints: [{ id: CP001, password: "${password}" }]`;
const change = (value = after, key = "authorizationkey") => call("ChangeConfiguration", { key, value });
const answered = (status: string): CallOutcome => ({ kind: "answered", payload: { status } });

/** What is on disk, by identity. */
const disk = new Map<string, string>();
let isFull = false;
beforeEach(() => {
  disk.clear();
  isFull = false;
});
const keep = async (id: string, entry: string | undefined): Promise<boolean> => {
  if (!isFull) disk.set(id, entry ?? "");
  return !isFull;
};

const open = (answer: CallOutcome | (() => Promise<CallOutcome>), yaml = settled()): RoadOutInTest =>
  openRoadOut(answer, yaml, keep);

/** The register of a bridge that starts with what is on disk. */
function restarted({ road }: RoadOutInTest, entry: { password?: string | undefined } = {}): Register {
  const chargePoints = road.settings.chargePoints.map((each) => ({ ...each, ...entry })) as ChargePointSettings[];
  return new Register({ ...road.settings, chargePoints }, entriesFrom(disk, silentLog), keep);
}

/** Which of the three let it in. */
async function open3(register: Register): Promise<string[]> {
  const found: string[] = [];
  for (const [name, password] of Object.entries({ before, after, another }))
    if ((await prove(register, password)) !== undefined) found.push(name);
  return found;
}

const prove = (register: Register, sent: string) =>
  new PasswordCheck().prove("CP001", Buffer.from(sent), register.secretOf("CP001"));

describe("behaviour 22: a charge point that is sent another AuthorizationKey", () => {
  it.each<[string, CallOutcome, string[]]>([
    ["has answered Accepted", answered("Accepted"), ["after"]],
    ["has answered RebootRequired", answered("RebootRequired"), ["before", "after"]],
    ["has answered Rejected", answered("Rejected"), ["before"]],
    ["has answered NotSupported", answered("NotSupported"), ["before"]],
    ["has answered what nobody understands", { kind: "answered", payload: 5 }, ["before", "after"]],
    [
      "has answered an error",
      { kind: "refused", code: "InternalError", description: "", details: {} },
      ["before", "after"],
    ],
    ["has not answered", { kind: "timedOut" }, ["before", "after"]],
    ["was not reached", { kind: "offline" }, ["before"]],
    ["was not sent it in time", { kind: "expired" }, ["before"]],
  ])("and %s is let in with the right ones, after a restart as well", async (_, answer, right) => {
    const road = open(answer);
    await road.send(change());
    expect(await open3(road.road.register)).toEqual(right);
    expect(await open3(restarted(road))).toEqual(right);
    expect(JSON.stringify([road.lines, [...disk]])).not.toContain(after);
  });

  it("is let in with either while the answer is not there, also by a bridge that has been killed meanwhile", async () => {
    const reply = Promise.withResolvers<CallOutcome>();
    const sent = Promise.withResolvers<void>();
    const road = open(() => {
      sent.resolve();
      return reply.promise;
    });
    const outcome = road.send(change());
    await sent.promise;
    expect(await open3(road.road.register)).toEqual(["before", "after"]);
    expect(await open3(restarted(road))).toEqual(["before", "after"]);
    reply.resolve(answered("Accepted"));
    expect(await outcome).toMatchObject({ kind: "answered" });
    expect(await open3(road.road.register)).toEqual(["after"]);
  });

  it("is let in with the one before no more once it has used the new one", async () => {
    const road = open(answered("RebootRequired"));
    await road.send(change());
    const { register } = road.road;
    expect(await prove(register, before)).toEqual({});
    const { took = "" } = (await prove(register, after)) ?? {};
    openDoor({ ...road.road, left: () => {} }).tookPassword("CP001", took);
    expect(await open3(register)).toEqual(["after"]);
    // Waits for what is being written.
    await register.noteProfile("CP001", 1);
    expect(await open3(restarted(road))).toEqual(["after"]);
  });

  it("keeps what it was sent after the one that it has used, for that is still on its way", async () => {
    const road = open({ kind: "timedOut" });
    await road.send(change(after));
    await road.send(change(another));
    const { register } = road.road;
    expect(await open3(register)).toEqual(["before", "after", "another"]);
    await register.takeOffered("CP001", (await prove(register, after))?.took ?? "");
    expect(await open3(register)).toEqual(["after", "another"]);
    await register.takeOffered("CP001", (await prove(register, another))?.took ?? "");
    expect(await open3(register)).toEqual(["another"]);
  });

  it("is sent nothing when the disk refuses, and the outcome says so", async () => {
    isFull = true;
    const road = open(answered("Accepted"));
    expect(await road.send(change())).toMatchObject({
      kind: "conflict",
      text: expect.stringContaining("nothing was sent"),
    });
    expect(road.sent).toEqual([]);
    expect(await open3(road.road.register)).toEqual(["before"]);
  });

  it.each([
    ["Accepted", "done, but the store cannot write", ["after"]],
    ["Rejected", "goes on with the password before, but the store cannot write", ["before"]],
  ])("when the disk refuses after %s the outcome says so, and no start locks it out", async (status, text, right) => {
    const road = open(async () => {
      isFull = true;
      return answered(status);
    });
    expect(await road.send(change())).toMatchObject({ kind: "conflict", text: expect.stringContaining(text) });
    expect(await open3(road.road.register)).toEqual(right);
    expect(await open3(restarted(road))).toEqual(["before", "after"]);
  });

  it("goes on with the one it has when another secret of it is changed", async () => {
    const road = open(answered("Accepted"));
    expect(await road.send(change(after, "WifiPassword"))).toMatchObject({ kind: "answered" });
    expect(road.twin().configuration?.get("wifipassword")).toMatchObject({ key: "WifiPassword" });
    expect(await open3(road.road.register)).toEqual(["before"]);
    expect(JSON.stringify([road.lines, road.told])).not.toContain(after);
  });

  it("and is a stranger has no password afterwards, and no line of the log says so", async () => {
    const road = open(answered("Accepted"));
    road.road.register.remove("CP001").catch(() => {});
    expect(await road.send(change())).toMatchObject({ kind: "answered" });
    expect(road.road.register.secretOf("CP001")).toMatchObject({ offered: [] });
    expect(road.lines.filter(({ message }) => message.includes("AuthorizationKey"))).toEqual([]);
  });
});

describe("an AuthorizationKey that a charge point has accepted", () => {
  it.each([
    ["the settings name the same one as before", before, ["after"]],
    ["the settings name another one", another, ["another"]],
    ["the settings name none any more", undefined, ["after"]],
  ])("behaviour 22: after a restart, when %s", async (_, password, right) => {
    const road = open(answered("Accepted"));
    await road.send(change());
    expect(await open3(restarted(road, { password }))).toEqual(right);
  });

  it("is kept as a salted hash, and so is what it had been before", async () => {
    const road = open(answered("Accepted"));
    await road.send(change());
    const first = disk.get("CP001");
    expect(first).toContain('"passwordHash":"$scrypt$');
    expect(first).toContain('"passwordBeforeHash":"$scrypt$');
    expect(first).not.toMatch(/0000000000|0101010101/u);
    await road.send(change());
    expect(disk.get("CP001")).not.toBe(first);
  });

  it("is gone with the charge point's place in the settings", async () => {
    const road = open(answered("Accepted"));
    await road.send(change());
    const register = new Register({ ...road.road.settings, chargePoints: [] }, entriesFrom(disk, silentLog));
    expect(register.get("CP001")).toBeUndefined();
    expect(register.secretOf("CP001")).toEqual({ password: undefined, offered: [] });
  });
});
