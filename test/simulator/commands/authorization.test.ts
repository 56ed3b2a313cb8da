// Reservations and the local list (OCPP 1.6 §5.4, §5.10, §5.13, §5.15).
import { describe, expect, test } from "vitest";
import { fastClock } from "../strictCentralSystem.ts";
import { centralSystem, chargePoint, command, future, start } from "./setUp.ts";

describe("reservations and lists", () => {
  test("a reserved connector charges for its idTag only, and StartTransaction names the reservation", async () => {
    await start();
    const reservation = { connectorId: 1, expiryDate: future(), idTag: "MINE", reservationId: 12 };
    expect(await command("ReserveNow", reservation)).toEqual({ status: "Accepted" });
    await centralSystem.status(1, "Reserved");
    expect(await command("ReserveNow", { ...reservation, reservationId: 13 })).toEqual({ status: "Occupied" });
    expect(await command("ReserveNow", { ...reservation, idTag: "MINE2" })).toEqual({ status: "Accepted" });
    expect(await chargePoint.presentIdTag(1, "MINE")).toBe("Invalid");
    expect(await chargePoint.startCharging(1, "MINE2")).toBe(true);
    const [begun] = await centralSystem.first("StartTransaction");
    expect(begun?.payload.reservationId).toBe(12);
  });

  test("a reservation ends by command", async () => {
    await start();
    await command("ReserveNow", { connectorId: 1, expiryDate: future(), idTag: "A", reservationId: 1 });
    await centralSystem.status(1, "Reserved");
    const before = centralSystem.received.length;
    expect(await command("CancelReservation", { reservationId: 1 })).toEqual({ status: "Accepted" });
    await centralSystem.status(1, "Available", before);
  });

  test("a reservation ends at its expiry date", async () => {
    await start({ clock: fastClock(1) });
    const before = centralSystem.received.length;
    await command("ReserveNow", {
      connectorId: 2,
      expiryDate: new Date(Date.now() + 1_500).toISOString(),
      idTag: "A",
      reservationId: 1,
    });
    await centralSystem.status(2, "Reserved", before);
    await centralSystem.status(2, "Available", before);
  });

  test("a reservation of connector 0 keeps one connector free", async () => {
    await start();
    expect(
      await command("ReserveNow", { connectorId: 0, expiryDate: future(), idTag: "VIP", reservationId: 3 }),
    ).toEqual({ status: "Accepted" });
    expect(await chargePoint.startCharging(1, "SOMEBODY")).toBe(true);
    expect(await chargePoint.startCharging(2, "ELSE")).toBe(false);
    chargePoint.unplug(2);
    expect(await chargePoint.startCharging(2, "VIP")).toBe(true);
    const begun = await centralSystem.first("StartTransaction", 2);
    expect(begun.map((each) => each.payload.reservationId)).toEqual([undefined, 3]);
  });

  test.each([
    ["a faulted connector", "Faulted", () => chargePoint.fault(1, "GroundFailure")],
    ["an occupied one", "Occupied", () => void chargePoint.plugIn(1)],
  ])("ReserveNow for %s is %s", async (_what, status, prepare) => {
    await start();
    prepare();
    expect(await command("ReserveNow", { connectorId: 1, expiryDate: future(), idTag: "A", reservationId: 1 })).toEqual(
      { status },
    );
  });

  test("the local list authorizes without asking, and its versions are kept apart", async () => {
    await start({ configuration: { LocalPreAuthorize: "true", AuthorizationCacheEnabled: "false" } });
    const localAuthorizationList = [
      { idTag: "LOCAL", idTagInfo: { status: "Accepted" } },
      { idTag: "BAD", idTagInfo: { status: "Blocked" } },
    ];
    expect(await command("SendLocalList", { listVersion: 4, updateType: "Full", localAuthorizationList })).toEqual({
      status: "Accepted",
    });
    expect(await command("GetLocalListVersion")).toEqual({ listVersion: 4 });
    expect(await chargePoint.startCharging(1, "LOCAL")).toBe(true);
    expect(centralSystem.of("Authorize")).toEqual([]);
    expect(
      await command("SendLocalList", { listVersion: 4, updateType: "Differential", localAuthorizationList: [] }),
    ).toEqual({ status: "VersionMismatch" });
    expect(
      await command("SendLocalList", {
        listVersion: 5,
        updateType: "Differential",
        localAuthorizationList: [{ idTag: "LOCAL" }],
      }),
    ).toEqual({ status: "Accepted" });
    await chargePoint.presentIdTag(2, "LOCAL");
    expect(centralSystem.of("Authorize")).toHaveLength(1);
    chargePoint.goOffline(60_000);
    expect(await chargePoint.presentIdTag(2, "BAD")).toBe("Blocked");
  });
});
