// Remote start and stop, unlocking, availability and reset (OCPP 1.6 §5.2, §5.11, §5.12, §5.14, §5.18).
import { describe, expect, test } from "vitest";
import { centralSystem, charge, chargePoint, command, profile, start } from "./setUp.ts";

describe("transactions", () => {
  test("RemoteStart takes the connector with a car and starts; RemoteStop ends it as Remote", async () => {
    await start();
    chargePoint.plugIn(2);
    expect(await command("RemoteStartTransaction", { idTag: "REMOTE" })).toEqual({ status: "Accepted" });
    const transactionId = await centralSystem.until("transaction", () => chargePoint.connector(2)?.transactionId);
    expect(centralSystem.of("StartTransaction")[0]?.payload).toMatchObject({ connectorId: 2, idTag: "REMOTE" });
    expect(centralSystem.of("Authorize")).toEqual([]);
    expect(await command("RemoteStopTransaction", { transactionId })).toEqual({ status: "Accepted" });
    const [ended] = await centralSystem.first("StopTransaction");
    expect(ended?.payload).toMatchObject({ transactionId, reason: "Remote" });
  });

  test("AuthorizeRemoteTxRequests asks first, and a refused idTag does not start", async () => {
    centralSystem.answers["Authorize"] = () => ({ idTagInfo: { status: "Blocked" } });
    await start({ configuration: { AuthorizeRemoteTxRequests: "true" } });
    chargePoint.plugIn(1);
    expect(await command("RemoteStartTransaction", { idTag: "REMOTE", connectorId: 1 })).toEqual({
      status: "Accepted",
    });
    await centralSystem.first("Authorize");
    expect(await chargePoint.call("Heartbeat", {})).toMatchObject({ kind: "result" });
    expect(centralSystem.of("StartTransaction")).toEqual([]);
  });

  test("RemoteStart without a car waits for one and says so", async () => {
    const waiting: number[] = [];
    const waitingForCar = (_chargePoint: unknown, connectorId: number): void => void waiting.push(connectorId);
    await start({ listener: { ...centralSystem.listener, waitingForCar } });
    await command("RemoteStartTransaction", { idTag: "APP", connectorId: 2 });
    await centralSystem.status(2, "Preparing");
    expect(waiting).toEqual([2]);
    chargePoint.plugIn(2);
    await centralSystem.first("StartTransaction");
  });

  test("RemoteStart with a TxProfile limits that transaction; any other profile is refused", async () => {
    await start();
    chargePoint.plugIn(1);
    expect(await command("RemoteStartTransaction", { idTag: "T", connectorId: 1, chargingProfile: profile() })).toEqual(
      { status: "Rejected" },
    );
    const chargingProfile = profile({ chargingProfilePurpose: "TxProfile" });
    await command("RemoteStartTransaction", { idTag: "T", connectorId: 1, chargingProfile });
    await centralSystem.status(1, "Charging");
    expect(chargePoint.connector(1)?.powerW).toBeCloseTo(8 * 3 * 230, 6);
  });

  test("UnlockConnector ends the transaction; a lock that fails is reported", async () => {
    await start();
    await charge(1);
    expect(await command("UnlockConnector", { connectorId: 1 })).toEqual({ status: "Unlocked" });
    const [ended] = await centralSystem.first("StopTransaction");
    expect(ended?.payload.reason).toBe("UnlockCommand");
    chargePoint.faults.unlockFails = true;
    expect(await command("UnlockConnector", { connectorId: 2 })).toEqual({ status: "UnlockFailed" });
    await centralSystem.until("lock failure", () =>
      centralSystem.of("StatusNotification").some((each) => each.payload.errorCode === "ConnectorLockFailure"),
    );
  });
});

describe("availability and reset", () => {
  test("ChangeAvailability is Scheduled while charging and comes into force afterwards", async () => {
    await start();
    const transactionId = await charge(1);
    expect(await command("ChangeAvailability", { connectorId: 1, type: "Inoperative" })).toEqual({
      status: "Scheduled",
    });
    await command("RemoteStopTransaction", { transactionId });
    await centralSystem.status(1, "Unavailable");
    expect(await command("RemoteStartTransaction", { idTag: "T", connectorId: 1 })).toEqual({ status: "Rejected" });
    expect(await command("ChangeAvailability", { connectorId: 1, type: "Operative" })).toEqual({ status: "Accepted" });
    await centralSystem.status(1, "Finishing");
  });

  test("ChangeAvailability of connector 0 is for all, and survives a reset", async () => {
    await start({ timing: { rebootMs: 500 } });
    expect(await command("ChangeAvailability", { connectorId: 0, type: "Inoperative" })).toEqual({
      status: "Accepted",
    });
    for (const connectorId of [0, 1, 2]) await centralSystem.status(connectorId, "Unavailable");
    const before = centralSystem.received.length;
    await command("Reset", { type: "Hard" });
    for (const connectorId of [0, 1, 2]) await centralSystem.status(connectorId, "Unavailable", before);
  });

  test.each([
    ["Soft", "SoftReset", "StopTransaction BootNotification"],
    ["Hard", "HardReset", "BootNotification StopTransaction"],
  ])("a %s reset ends transactions as %s, in the order %s, on a new link", async (type, reason, order) => {
    await start({ timing: { rebootMs: 500 } });
    await charge(1);
    const before = centralSystem.received.length;
    expect(await command("Reset", { type })).toEqual({ status: "Accepted" });
    await centralSystem.status(2, "Available", before);
    const [ended] = await centralSystem.first("StopTransaction");
    expect(ended?.payload.reason).toBe(reason);
    const seen = centralSystem.received.slice(before).map((each) => each.action);
    expect(seen.filter((each) => ["StopTransaction", "BootNotification"].includes(each)).join(" ")).toBe(order);
    expect(centralSystem.handshakes).toHaveLength(2);
    expect(chargePoint.statusOf(1)).toBe("Preparing");
  });
});
