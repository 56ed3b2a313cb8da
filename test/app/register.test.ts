import { beforeEach, describe, expect, it } from "vitest";
import { openDoor } from "../../src/app/door.ts";
import { entriesFrom } from "../../src/app/keptRegister.ts";
import { Register } from "../../src/app/register.ts";
import type { Door } from "../../src/ocpp/door.ts";
import type { Link } from "../../src/ocpp/link.ts";
import { silentLog } from "../../src/std/log.ts";
import type { Command } from "../../src/twin/commands.ts";
import { openRoadOut, REGISTER, type RoadOutInTest } from "./roadOutInTest.ts";

type Add = Extract<Command, { kind: "add" }>;
const add = (chargePointId: string, more: Partial<Add> = {}): Command => ({ kind: "add", chargePointId, ...more });
const remove = (chargePointId: string): Command => ({ kind: "remove", chargePointId });

const policy = (unknown: string): string => `ocpp: { unknownChargePoints: ${unknown} }\n${REGISTER}`;

function open(yaml?: string): RoadOutInTest & { door: Pick<Door, "admit" | "linked" | "unlinked"> } {
  const opened = openRoadOut("absent", yaml);
  return { ...opened, door: openDoor({ ...opened.road, left: () => {} }) };
}

const linkOf = (identity: string): Link =>
  ({ identity, remoteAddress: "::1", securityProfile: 0, ocppVersion: "1.6" }) as Link;

describe("a charge point that is added", () => {
  it("may connect from then on with its password, and is shown with its connectors before it does", async () => {
    const { send, door, twin } = open(policy("reject"));
    expect(door.admit("NEW")).toEqual({ kind: "refused" });
    expect(await send(add("NEW", { password: "secret", connectors: 2, registration: "Pending" }))).toEqual({
      kind: "answered",
      response: {},
    });
    expect(door.admit("NEW")).toMatchObject({ kind: "admitted", password: "secret", missingSubprotocol: "refuse" });
    expect([...twin("NEW").connectors.keys()]).toEqual([1, 2]);
    expect(twin("NEW").registration.status).toBe("Pending");
    expect(twin("NEW").link.state).toBe("NeverConnected");
  });

  it("is accepted unless something else is said", async () => {
    const { send, twin } = open();
    await send(add("NEW"));
    expect(twin("NEW").registration).toMatchObject({ status: "Accepted", heartbeatIntervalSeconds: 300 });
  });

  it("exists already when it stands in the register, from the settings or added before", async () => {
    const { send } = open();
    await send(add("NEW"));
    expect(await send(add("NEW", { password: "other" }))).toMatchObject({ kind: "exists" });
    expect(await send(add("CP001"))).toMatchObject({ kind: "exists" });
  });

  it.each(["pending", "accept"])("is one that had only connected as a stranger: %s", async (unknown) => {
    const { send, door, twin, road } = open(policy(unknown));
    door.linked(linkOf("S"));
    expect(road.register.strangers).toBe(1);
    expect(await send(add("S", { registration: "Accepted", connectors: 1, password: "p" }))).toMatchObject({
      kind: "answered",
    });
    expect(twin("S").registration.status).toBe("Accepted");
    expect(twin("S").link.state).toBe("Connected");
    expect(twin("S").connectors.size).toBe(1);
    expect(road.register.strangers).toBe(0);
    expect(door.admit("S")).toMatchObject({ password: "p" });
    expect(await send(add("S"))).toMatchObject({ kind: "exists" });
  });

  it.each<[string, Command, string]>([
    ["an empty identity", add(""), "id"],
    ["an identity that is too long", add("x".repeat(49)), "id"],
    ["an unreadable identity", add("a\u0000b"), "id"],
    ["half a character", add("a\ud800"), "id"],
    ["blanks around the identity", add(" a"), "id"],
    ["a way out of a folder", add("../a"), "id"],
    ["an identity that another one looks like", add("e\u0301"), "id"],
    ["connectors below none", add("A", { connectors: -1 }), "connectors"],
    ["half a connector", add("A", { connectors: 1.5 }), "connectors"],
    ["more connectors than there may be", add("A", { connectors: 65 }), "connectors"],
    ["an empty password", add("A", { password: "" }), "password"],
    ["an endless password", add("A", { password: "x".repeat(513) }), "password"],
  ])("is refused for %s", async (_, command, path) => {
    const { send, road } = open();
    const outcome = await send(command);
    expect(outcome).toMatchObject({ kind: "invalid", path });
    expect((outcome as { text: string }).text).not.toBe("");
    expect(road.house.twins.size).toBe(1);
  });

  it("must not have the serial number of another as its identity, for either may stand in a certificate", async () => {
    const { send, door, road } = open("chargePoints: [{ id: CP001, serialNumber: SN-1 }]");
    expect(door.admit("CP001")).toMatchObject({ serialNumber: "SN-1" });
    expect(await send(add("SN-1"))).toMatchObject({ kind: "conflict", text: expect.stringContaining("CP001") });
    // As it is when the settings have got the serial number only after the charge point was added.
    await road.register.add({ id: "SN-1", registration: "Accepted", connectors: 0 });
    expect(door.admit("CP001")).toMatchObject({ serialNumber: undefined });
  });

  it("is refused when there is no room (limits.maxChargePoints)", async () => {
    const { send, door } = open(`limits: { maxChargePoints: 2 }\n${policy("reject")}`);
    expect(await send(add("A"))).toMatchObject({ kind: "answered" });
    expect(await send(add("B"))).toMatchObject({ kind: "conflict", text: expect.stringContaining("maxChargePoints") });
    expect(door.admit("B")).toEqual({ kind: "refused" });
  });
});

describe("a charge point that is removed", () => {
  it("is known to nobody any more, and has no way in", async () => {
    const { send, door, road } = open(policy("reject"));
    const forgotten: string[] = [];
    const witness = { publish: () => {}, announce: () => {}, forget: (id: string) => void forgotten.push(id) };
    (road.house.projections as (typeof witness)[]).push(witness);
    expect(await send(remove("CP001"))).toEqual({ kind: "answered", response: {} });
    expect(forgotten).toEqual(["CP001"]);
    expect(road.house.twins.get("CP001")).toBeUndefined();
    expect(door.admit("CP001")).toEqual({ kind: "refused" });
    expect(await send(remove("CP001"))).toMatchObject({ kind: "unknown" });
  });

  it("must not be connected", async () => {
    const { send, door, twin } = open();
    door.linked(linkOf("CP001"));
    expect(await send(remove("CP001"))).toMatchObject({ kind: "conflict", text: expect.stringContaining("connected") });
    expect(twin().link.state).toBe("Connected");
    door.unlinked(linkOf("CP001"));
    expect(await send(remove("CP001"))).toMatchObject({ kind: "answered" });
  });

  it("is said to come back when it stands in the settings", async () => {
    const { send, lines } = open();
    await send(add("NEW"));
    await send(remove("NEW"));
    expect(lines.filter(({ level }) => level === "warn")).toEqual([]);
    await send(remove("CP001"));
    expect(lines.filter(({ level }) => level === "warn").map(({ message }) => message)).toEqual([
      expect.stringContaining("settings"),
    ]);
  });

  it("frees the place of a stranger", async () => {
    const { send, door, road } = open(`limits: { maxUnknownChargePoints: 1 }\n${policy("pending")}`);
    door.linked(linkOf("S"));
    expect(door.admit("T")).toEqual({ kind: "refused" });
    door.unlinked(linkOf("S"));
    await send(remove("S"));
    expect(road.register.strangers).toBe(0);
    expect(door.admit("T")).toMatchObject({ kind: "admitted" });
  });
});

describe("a stranger that is accepted", () => {
  it("stands in the register and takes no stranger's place any more; one that is rejected stays a stranger", async () => {
    const { send, door, road } = open(policy("pending"));
    door.linked(linkOf("S"));
    await send({ kind: "setRegistration", chargePointId: "S", status: "Rejected" });
    expect(road.register.isStranger("S")).toBe(true);
    await send({ kind: "setRegistration", chargePointId: "S", status: "Accepted" });
    expect(road.register.isStranger("S")).toBe(false);
    expect(road.register.get("S")).toMatchObject({ id: "S", registration: "Accepted" });
  });
});

it("says of each charge point what the settings say of all, where they say nothing of it", () => {
  const settings = {
    ocpp: { validation: "strict", beforeAccepted: "answer" },
    chargePoints: [{ id: "OWN", validation: "tolerant", beforeAccepted: "refuse" }, { id: "CP" }],
  } as unknown as ConstructorParameters<typeof Register>[0];
  const register = new Register(settings);
  const termsOf = (id: string) => [register.validationOf(id), register.beforeAcceptedOf(id)];
  expect(["OWN", "CP", "STRANGER"].map(termsOf)).toEqual([
    ["tolerant", "refuse"],
    ["strict", "answer"],
    ["strict", "answer"],
  ]);
});

describe("what is noted beside the terms", () => {
  const settings = (password: string | undefined) =>
    ({
      ocpp: { validation: "tolerant" },
      chargePoints: [
        { id: "CP", connectors: 0, password, vendorProfile: "auto", ping: true, missingSubprotocol: "refuse" },
      ],
    }) as unknown as ConstructorParameters<typeof Register>[0];
  const kept: { id: string; entry: string }[] = [];
  beforeEach(() => void kept.splice(0));
  const keep = async (id: string, entry: string | undefined): Promise<boolean> =>
    kept.push({ id, entry: entry ?? "" }) > 0;

  const restarted = (password: string | undefined): Register =>
    new Register(settings(password), entriesFrom(new Map(kept.map(({ id, entry }) => [id, entry])), silentLog), keep);
  it("keeps what is written last, however long hashing takes", async () => {
    const register = new Register(settings("old"), [], keep);
    await Promise.all([
      register.add({ id: "NEW", registration: "Accepted", connectors: 1, password: "p" }),
      register.noteProfile("NEW", 2),
      register.remove("NEW"),
    ]);
    expect(kept.map(({ entry }) => entry === "")).toEqual([true, true, true]);
    await Promise.all([
      register.add({ id: "NEW", registration: "Accepted", connectors: 1, password: "p" }),
      register.noteProfile("NEW", 2),
    ]);
    expect(JSON.parse(kept.at(-1)?.entry ?? "")).toMatchObject({ id: "NEW", highestProfile: 2 });
    await restarted("old").noteProfile("NEW", 3);
    expect(JSON.parse(kept.at(-1)?.entry ?? "")).toMatchObject({
      highestProfile: 3,
      passwordHash: expect.stringContaining("scrypt$"),
    });
  });

  it("is written again at the next connection when the disk has refused it", async () => {
    let isFull = true;
    const register = new Register(settings("old"), [], async (id, entry) => !isFull && keep(id, entry));
    expect(await register.noteProfile("CP", 2)).toBe(false);
    isFull = false;
    expect(await register.noteProfile("CP", 1)).toBe(true);
    expect(JSON.parse(kept.at(-1)?.entry ?? "")).toMatchObject({ highestProfile: 2 });
    await register.noteProfile("CP", 2);
    expect(kept).toHaveLength(1);
  });
});
