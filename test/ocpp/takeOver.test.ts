// Behaviour 3: two sockets of one identity. The newest wins once it has answered a ping; on an unauthenticated listener the old
// one stays as long as it answers.
import { afterEach, describe, expect, test } from "vitest";
import type { Admission } from "../../src/ocpp/door.ts";
import { admitted, RawChargePoint, startListeners, stopListeners, until } from "./listenersInTest.ts";

afterEach(stopListeners);

const limits = { pingTimeoutSeconds: 60, takeOverProbeSeconds: 0.3 };
const withPassword = { ...admitted, password: "secret" } as Admission;
const credentials = {
  headers: { Authorization: `Basic ${Buffer.from("CP001:secret").toString("base64")}` },
};

async function authenticated(setup: Parameters<typeof startListeners>[0] = {}) {
  const under = await startListeners({ profiles: [1], admit: () => withPassword, limits, ...setup });
  const dial = (options = {}) => RawChargePoint.connect(`${under.url}/CP001`, { ...credentials, ...options });
  return { ...under, dial };
}

const heartbeat = [2, "1", "Heartbeat", {}];
const answer = [3, "1", { echo: {} }];

describe("behaviour 3: on an authenticated listener", () => {
  test("the newest socket takes over: the old one is closed first, and its end touches only itself", async () => {
    const { dial, events, listeners, count } = await authenticated();
    const old = await dial();
    await until(() => events[0], "the first link");
    const before = listeners.links.get("CP001");
    const fresh = await dial();
    expect(await old.closed).toMatchObject({ code: 1000, reason: "there is a newer connection" });
    await until(() => events[2], "the second link");
    expect(events).toEqual(["linked CP001", "unlinked CP001", "linked CP001"]);
    expect(before?.isOpen).toBe(false);
    fresh.send(heartbeat);
    expect(await fresh.frames(1)).toEqual([answer]);
    expect(listeners.links.get("CP001")?.isOpen).toBe(true);
    expect(events).toHaveLength(3);
    expect(count("takeOvers")).toBe(1);
  });

  test.each<[string, Admission]>([
    ["been removed", { kind: "refused" }],
    ["connected with a higher security profile", { ...admitted, password: "secret", lowestProfile: 2 }],
  ])("a charge point that has %s while its newest socket was asked does not take over", async (_, meanwhile) => {
    const admissions = [withPassword, withPassword];
    const { dial, events } = await authenticated({ admit: () => admissions.shift() ?? meanwhile });
    await dial();
    await until(() => events[0], "the first link");
    const fresh = await dial();
    expect(await fresh.closed).toMatchObject({ code: 1008 });
    expect(events).toEqual(["linked CP001"]);
  });

  test("a password proves it on profile 0 too, so that nobody waits for the old one", async () => {
    const { dial, events } = await authenticated({ profiles: [0], limits: { takeOverProbeSeconds: 60 } });
    const old = await dial({ autoPong: false });
    await until(() => events[0], "the first link");
    await dial();
    expect(await old.closed).toMatchObject({ code: 1000, reason: "there is a newer connection" });
  });

  test("what the newest sends meanwhile waits, in order", async () => {
    const { dial, events } = await authenticated();
    await dial();
    await until(() => events[0], "the first link");
    const fresh = await dial({ autoPong: false });
    for (const id of ["1", "2", "3"]) fresh.send([2, id, "Heartbeat", {}]);
    expect((await fresh.frames(3)).map(([, id]) => id)).toEqual(["1", "2", "3"]);
    expect(events).toEqual(["linked CP001", "unlinked CP001", "linked CP001"]);
  });

  test("a newest socket that is dead does not push out the old one", async () => {
    const { dial, events, log } = await authenticated();
    const old = await dial();
    await until(() => events[0], "the first link");
    await dial({ autoPong: false });
    await until(() => log.find(({ message }) => message.includes("did not answer a ping")), "the end of the dead one");
    old.send(heartbeat);
    expect(await old.frames(1)).toEqual([answer]);
    expect(events).toEqual(["linked CP001"]);
  });

  test("of several newer ones only the last stays", async () => {
    const { dial, events, listeners } = await authenticated({ limits: { takeOverProbeSeconds: 5 } });
    const old = await dial();
    await until(() => events[0], "the first link");
    const second = await dial({ autoPong: false });
    const third = await dial();
    expect(await second.closed).toMatchObject({ code: 1000 });
    expect(await old.closed).toMatchObject({ code: 1000 });
    third.send(heartbeat);
    expect(await third.frames(1)).toEqual([answer]);
    expect(events).toEqual(["linked CP001", "unlinked CP001", "linked CP001"]);
    expect(listeners.links.size).toBe(1);
  });

  test("a charge point that answers no pings takes over at once", async () => {
    const admit = () => ({ ...withPassword, ping: false }) as Admission;
    const { dial, events } = await authenticated({ admit, limits: { takeOverProbeSeconds: 60 } });
    const old = await dial();
    await until(() => events[0], "the first link");
    await dial({ autoPong: false });
    expect(await old.closed).toMatchObject({ code: 1000 });
  });

  test("when the old one ends meanwhile, the newest becomes the link", async () => {
    const { dial, events } = await authenticated({ limits: { takeOverProbeSeconds: 5 } });
    const old = await dial();
    await until(() => events[0], "the first link");
    const fresh = await dial({ autoPong: false });
    old.socket.close();
    await until(() => events[1], "the end of the first");
    fresh.send(heartbeat);
    expect(await fresh.frames(1)).toEqual([answer]);
    expect(events).toEqual(["linked CP001", "unlinked CP001", "linked CP001"]);
  });
});

describe("behaviour 3: on an unauthenticated listener", () => {
  test("an old one that is alive stays, the newest is closed with 1008, and the log and the door are told", async () => {
    const { url, events, log, suspicions } = await startListeners({ limits });
    const old = await RawChargePoint.connect(`${url}/CP001`);
    await until(() => events[0], "the first link");
    const fresh = await RawChargePoint.connect(`${url}/CP001`);
    expect(await fresh.closed).toEqual({ code: 1008, reason: "this identity is connected already" });
    expect(log.some(({ level, fields }) => level === "warn" && fields["chargePoint"] === "CP001")).toBe(true);
    old.send(heartbeat);
    expect(await old.frames(1)).toEqual([answer]);
    expect(events).toEqual(["linked CP001"]);
    expect(suspicions).toEqual(["CP001 twice"]);
  });

  test("an old one that is dead is replaced", async () => {
    const { url, events } = await startListeners({ limits });
    const old = await RawChargePoint.connect(`${url}/CP001`);
    await until(() => events[0], "the first link");
    old.socket.pause();
    const fresh = await RawChargePoint.connect(`${url}/CP001`);
    fresh.send(heartbeat);
    expect(await fresh.frames(1)).toEqual([answer]);
    expect(events).toEqual(["linked CP001", "unlinked CP001", "linked CP001"]);
  });

  /** An old link that answers nothing, and how often it was pinged. */
  async function silent(setup: Parameters<typeof startListeners>[0]) {
    const under = await startListeners(setup);
    const old = await RawChargePoint.connect(`${under.url}/CP001`, { autoPong: false });
    await until(() => under.events[0], "the first link");
    let pings = 0;
    old.socket.on("ping", () => pings++);
    return { ...under, old, pings: () => pings };
  }

  test("one that redials while the old one is being asked does not begin the wait anew", async () => {
    const { url, events, old, pings } = await silent({ limits: { takeOverProbeSeconds: 1 } });
    // Every 100 ms a further one: the wait would never end if each began it anew.
    const dialled: RawChargePoint[] = [];
    const begun = performance.now();
    while (events.length < 3 && performance.now() - begun < 8_000) {
      dialled.push(await RawChargePoint.connect(`${url}/CP001`));
      await Promise.race([old.closed, new Promise((resolve) => setTimeout(resolve, 100))]);
    }
    expect(await old.closed).toMatchObject({ code: 1000, reason: "there is a newer connection" });
    expect(events.slice(0, 3)).toEqual(["linked CP001", "unlinked CP001", "linked CP001"]);
    expect(dialled.length).toBeGreaterThan(2);
    expect(pings()).toBe(1);
  });

  test("an old one that leaves the question open is cut, though the newest has given up meanwhile", async () => {
    const { url, events, old } = await silent({ limits });
    const fresh = await RawChargePoint.connect(`${url}/CP001`);
    fresh.socket.close();
    expect((await old.closed).code).toBe(1006);
    await until(() => events[1], "the end of the first link");
    const again = await RawChargePoint.connect(`${url}/CP001`);
    again.send(heartbeat);
    expect(await again.frames(1)).toEqual([answer]);
    expect(events).toEqual(["linked CP001", "unlinked CP001", "linked CP001"]);
  });

  test("what a stranger sends that is no message is no fault of the charge point whose name it uses", async () => {
    const { url, misread, count } = await startListeners({ limits: { takeOverProbeSeconds: 60 } });
    await RawChargePoint.connect(`${url}/CP001`);
    // This is its only sign of life, so that it comes before anything is decided.
    const stranger = await RawChargePoint.connect(`${url}/CP001`, { autoPong: false });
    stranger.send("hello");
    expect(await stranger.closed).toMatchObject({ code: 1008, reason: "this identity is connected already" });
    expect(count("badFrames")).toBe(1);
    expect(misread).toEqual([]);
  });

  test("an old one that we do not read is not held for dead", async () => {
    let release: (() => void) | undefined;
    const { url, events } = await startListeners({
      limits: { ...limits, maxQueuedFrames: 1 },
      handleCall: (_link, { payload }) =>
        new Promise((resolve) => (release ??= () => resolve({ kind: "result", payload: { echo: payload } }))),
    });
    const old = await RawChargePoint.connect(`${url}/CP001`, { autoPong: false });
    old.send(heartbeat, heartbeat);
    await until(() => release, "the call in work");
    const fresh = await RawChargePoint.connect(`${url}/CP001`);
    expect(await fresh.closed).toMatchObject({ code: 1008 });
    release?.();
    expect(await old.frames(1)).toEqual([answer]);
    expect(events).toEqual(["linked CP001"]);
  });
});
