import { describe, expect, it } from "vitest";
import { apply, introduce, type House } from "../../src/app/apply.ts";
import { handleCall, type Road } from "../../src/app/handleCall.ts";
import { LedgerNotes } from "../../src/app/ledgerNotes.ts";
import { RunningIdTags } from "../../src/app/runningIdTags.ts";
import { Sequences } from "../../src/app/announce.ts";
import { Twins } from "../../src/app/twins.ts";
import { baseBehaviour } from "../decisions/decideInTest.ts";
import type { Call } from "../../src/ocpp/door.ts";
import { encodeCall, parseFrame } from "../../src/ocpp/frame.ts";
import type { Link } from "../../src/ocpp/link.ts";
import type { Settings } from "../../src/settings/settings.ts";
import { Counts } from "../../src/std/counts.ts";
import type { Log } from "../../src/std/log.ts";
import type { Ledger } from "../../src/twin/ledger.ts";
import type { Verdict } from "../../src/twin/questions.ts";
import { createTwin, type RegistrationStatus } from "../../src/twin/twin.ts";
import { noVendorProfiles } from "./vendorProfilesInTest.ts";

const NOW = Date.UTC(2026, 10, 25, 12);

interface Line {
  readonly level: string;
  readonly message: string;
}

/** Every start is a new one; whether it is repeated is tried where the ledger is (test/store). */
const ledger: Ledger = {
  keep: async (record) =>
    record.kind === "start"
      ? { kind: "started", transactionId: 7, isRepeated: false, isOpen: true }
      : { kind: "noted" },
};

function openRoad(status: RegistrationStatus, more: Partial<Road> = {}): { road: Road; lines: Line[]; house: House } {
  const lines: Line[] = [];
  const write =
    (level: string) =>
    (_: unknown, message: string): void =>
      void lines.push({ level, message });
  const log: Log = {
    debug: write("debug"),
    info: write("info"),
    warn: write("warn"),
    error: write("error"),
    child: () => log,
  };
  const house: House = { twins: new Twins(), projections: [], sequences: new Sequences() };
  introduce(house, createTwin("CP001", { status, heartbeatIntervalSeconds: 60 }, NOW));
  const settings = {
    ocpp: { pendingRetrySeconds: 30 },
    limits: { maxConnectors: 64, maxKeptCharacters: 1000 },
  } as unknown as Settings;
  const clock = { now: () => NOW, monotonic: () => 0, after: () => ({ cancel: () => {} }) };
  const road: Road = {
    house,
    settings,
    clock,
    counts: new Counts(),
    log,
    decide: baseBehaviour,
    isStranger: () => false,
    ledger,
    ledgerNotes: new LedgerNotes(ledger),
    runningIdTags: new RunningIdTags(),
    storeState: () => "ok",
    signing: { judge: async () => ({ status: "Rejected", reason: "nobody can sign" }) },
    validationOf: () => "tolerant",
    beforeAcceptedOf: () => "refuse",
    vendorProfiles: noVendorProfiles,
    ...more,
  };
  return { road, lines, house };
}

const link = { identity: "CP001" } as Link;
const call = (action: string, payload: object): Call => parseFrame(encodeCall("1", action, payload)) as Call;

describe("the road in", () => {
  it("answers only BootNotification before the registration is accepted (OCPP-J 1.6 errata 3.8)", () => {
    const { road } = openRoad("Pending");
    expect(handleCall(road, link, call("Heartbeat", {}))).toMatchObject({ kind: "error", code: "SecurityError" });
    const boot = call("BootNotification", { chargePointVendor: "A", chargePointModel: "B" });
    expect(handleCall(road, link, boot)).toMatchObject({
      kind: "result",
      payload: { status: "Pending", interval: 30 },
    });
  });

  it("counts every frame as a sign of life, also a refused one", () => {
    const { road, house } = openRoad("Rejected");
    void handleCall(road, link, call("Dance", {}));
    expect(house.twins.get("CP001")?.lastMessage).toEqual({ at: NOW, received: NOW });
  });

  it("answers a DataTransfer with UnknownVendorId, and says so in the log, the first time aloud", () => {
    const { road, lines } = openRoad("Accepted");
    const transfer = call("DataTransfer", { vendorId: "com.acme" });
    expect(handleCall(road, link, transfer)).toMatchObject({ payload: { status: "UnknownVendorId" } });
    void handleCall(road, link, transfer);
    expect(lines.map(({ level }) => level)).toEqual(["info", "debug"]);
    expect(lines[0]?.message).toContain("DataTransfer");
  });

  it("waits for a verdict without holding up other calls of the twin, and applies it to the twin of then", async () => {
    let settle: (verdict: Verdict) => void = () => {};
    const verdict = new Promise<Verdict>((resolve) => (settle = resolve));
    const { road, house } = openRoad("Accepted", { decide: () => verdict });
    const started = handleCall(
      road,
      link,
      call("StartTransaction", { connectorId: 1, idTag: "T", meterStart: 0, timestamp: new Date(NOW).toISOString() }),
    );
    expect(started).toBeInstanceOf(Promise);
    void handleCall(
      road,
      link,
      call("StatusNotification", { connectorId: 2, status: "Available", errorCode: "NoError" }),
    );
    settle({ status: "Blocked", source: "test" });
    expect(await started).toMatchObject({ kind: "result", payload: { idTagInfo: { status: "Blocked" } } });
    expect(house.twins.get("CP001")?.connectors.get(2)?.status?.status).toBe("Available");
    expect(house.twins.get("CP001")?.connectors.get(1)?.transaction?.start.idTagStatus).toBe("Blocked");
  });

  it.each<[string, RegistrationStatus, boolean, RegistrationStatus]>([
    ["as it is decided", "Pending", true, "Rejected"],
    ["as somebody has decided before the verdict came", "Accepted", true, "Accepted"],
    ["by nothing once its link has ended", "Pending", false, "Pending"],
  ])("answers the BootNotification of a stranger %s", async (_, meanwhile, isOpen, expected) => {
    let settle: (verdict: Verdict) => void = () => {};
    const verdict = new Promise<Verdict>((resolve) => (settle = resolve));
    const { road, house } = openRoad("Pending", { decide: () => verdict, isStranger: () => true });
    const own = { identity: "CP001", isOpen } as Link;
    const boot = call("BootNotification", { chargePointVendor: "ACME", chargePointModel: "B" });
    const answer = handleCall(road, own, boot);
    const twin = house.twins.get("CP001");
    if (twin === undefined) throw new Error("no twin");
    apply(house, twin, [{ type: "RegistrationSet", status: meanwhile, at: 1, received: 1 }]);
    settle({ status: "Rejected", source: "test" });
    expect(await answer).toMatchObject(isOpen ? { payload: { status: expected } } : { kind: "none" });
    expect(house.twins.get("CP001")?.registration.status).toBe(expected);
    expect(house.twins.get("CP001")?.registration.answered).toBe(isOpen ? expected : undefined);
  });

  it("lets a charge point that was told Accepted end what it has begun, until its next BootNotification is answered", () => {
    const { road, house } = openRoad("Accepted");
    const boot = call("BootNotification", { chargePointVendor: "ACME", chargePointModel: "B" });
    expect(handleCall(road, link, boot)).toMatchObject({ payload: { status: "Accepted" } });
    const twin = house.twins.get("CP001");
    if (twin === undefined) throw new Error("no twin");
    apply(house, twin, [{ type: "RegistrationSet", status: "Rejected", at: 1, received: 1 }]);
    expect(handleCall(road, link, call("Heartbeat", {}))).toMatchObject({ kind: "result" });
    expect(handleCall(road, link, boot)).toMatchObject({ payload: { status: "Rejected" } });
    expect(handleCall(road, link, call("Heartbeat", {}))).toMatchObject({ kind: "error", code: "SecurityError" });
  });

  it("knows that it has told a charge point Pending while nothing could be kept, though it is accepted", () => {
    let state: "ok" | "failing" = "failing";
    const { road, house } = openRoad("Accepted", { storeState: () => state });
    const boot = call("BootNotification", { chargePointVendor: "ACME", chargePointModel: "B" });
    expect(handleCall(road, link, boot)).toMatchObject({ payload: { status: "Pending" } });
    expect(house.twins.get("CP001")?.registration).toMatchObject({ status: "Accepted", answered: "Pending", at: NOW });
    state = "ok";
    expect(handleCall(road, link, boot)).toMatchObject({ payload: { status: "Accepted" } });
    expect(house.twins.get("CP001")?.registration.answered).toBe("Accepted");
  });

  it("tells each projection of the change before the answer is there, and of nothing that did not change", () => {
    const { road, house } = openRoad("Accepted");
    const seen: string[] = [];
    const telling: Road = {
      ...road,
      house: {
        ...house,
        projections: [
          {
            publish: (_, after) => seen.push(after.identification?.vendor ?? "-"),
            forget: () => {},
            announce: () => {},
          },
        ],
      },
    };
    void handleCall(telling, link, call("BootNotification", { chargePointVendor: "ACME", chargePointModel: "B" }));
    expect(seen).toEqual(["ACME"]);
  });
});
