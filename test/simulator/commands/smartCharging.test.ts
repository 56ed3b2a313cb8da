// Charging profiles that arrive, act and go (OCPP 1.6 §5.5, §5.7, §5.16).
import { describe, expect, test } from "vitest";
import { centralSystem, charge, chargePoint, command, profile, start } from "./setUp.ts";

describe("smart charging", () => {
  test("a limit acts on the power that is measured, down to a pause, and back", async () => {
    await start({ configuration: { MeterValueSampleInterval: "1" } });
    await charge(1);
    expect(await command("SetChargingProfile", { connectorId: 1, csChargingProfiles: profile() })).toEqual({
      status: "Accepted",
    });
    await centralSystem.until("power at 8 A", () =>
      centralSystem.of("MeterValues").some((each) => powerOf(each.payload) === 5_520),
    );
    const pause = profile({}, { chargingSchedulePeriod: [{ startPeriod: 0, limit: 0 }] });
    await command("SetChargingProfile", { connectorId: 1, csChargingProfiles: pause });
    await centralSystem.status(1, "SuspendedEVSE");
    const before = centralSystem.received.length;
    expect(await command("ClearChargingProfile", { id: 1 })).toEqual({ status: "Accepted" });
    await centralSystem.status(1, "Charging", before);
    expect(chargePoint.connector(1)?.powerW).toBeCloseTo(11_040, 6);
  });

  function powerOf(payload: any): number {
    return Number(
      payload.meterValue[0].sampledValue.find((each: any) => each.measurand === "Power.Active.Import").value,
    );
  }

  test("a limit changes by itself when the schedule says so", async () => {
    await start();
    await charge(1);
    const steps = profile(
      {},
      {
        chargingSchedulePeriod: [
          { startPeriod: 0, limit: 0 },
          { startPeriod: 20, limit: 10 },
        ],
      },
    );
    await command("SetChargingProfile", { connectorId: 1, csChargingProfiles: steps });
    await centralSystem.status(1, "SuspendedEVSE");
    const before = centralSystem.received.length;
    await centralSystem.status(1, "Charging", before);
    expect(chargePoint.connector(1)?.powerW).toBeCloseTo(6_900, 6);
  });

  test("GetCompositeSchedule says what will be offered", async () => {
    await start();
    await command("SetChargingProfile", { connectorId: 0, csChargingProfiles: profile() });
    const own = await command("GetCompositeSchedule", { connectorId: 2, duration: 600, chargingRateUnit: "W" });
    expect(own).toMatchObject({
      status: "Accepted",
      connectorId: 2,
      chargingSchedule: {
        duration: 600,
        chargingRateUnit: "W",
        chargingSchedulePeriod: [{ startPeriod: 0, limit: 5_520 }],
      },
    });
    const grid = await command("GetCompositeSchedule", { connectorId: 0, duration: 600 });
    expect(grid.chargingSchedule.chargingSchedulePeriod).toEqual([{ startPeriod: 0, limit: 64 }]);
  });

  test.each<[string, number, object]>([
    ["a TxProfile without transaction", 1, profile({ chargingProfilePurpose: "TxProfile" })],
    ["a ChargePointMaxProfile for a connector", 1, profile({ chargingProfilePurpose: "ChargePointMaxProfile" })],
    ["an unknown connector", 9, profile()],
    ["a stack level above the highest", 1, profile({ stackLevel: 11 })],
    [
      "a first period that does not begin at 0 (errata 3.45)",
      1,
      profile({}, { chargingSchedulePeriod: [{ startPeriod: 5, limit: 8 }] }),
    ],
    [
      "periods out of order",
      1,
      profile(
        {},
        {
          chargingSchedulePeriod: [
            { startPeriod: 0, limit: 8 },
            { startPeriod: 9, limit: 8 },
            { startPeriod: 9, limit: 9 },
          ],
        },
      ),
    ],
    ["a recurring profile that does not say how (errata 3.56)", 1, profile({ chargingProfileKind: "Recurring" })],
    [
      "more periods than it can hold",
      1,
      profile(
        {},
        { chargingSchedulePeriod: Array.from({ length: 51 }, (_, index) => ({ startPeriod: index, limit: 8 })) },
      ),
    ],
  ])("SetChargingProfile with %s is Rejected", async (_what, connectorId, csChargingProfiles) => {
    await start();
    expect(await command("SetChargingProfile", { connectorId, csChargingProfiles })).toEqual({ status: "Rejected" });
  });

  test("no more profiles than MaxChargingProfilesInstalled", async () => {
    await start();
    for (let id = 1; id <= 20; id++) {
      const installed = await command("SetChargingProfile", {
        connectorId: 1 + (id % 2),
        csChargingProfiles: profile({ chargingProfileId: id, stackLevel: Math.floor((id - 1) / 2) }),
      });
      expect(installed).toEqual({ status: "Accepted" });
    }
    expect(
      await command("SetChargingProfile", { connectorId: 0, csChargingProfiles: profile({ chargingProfileId: 21 }) }),
    ).toEqual({ status: "Rejected" });
    expect(
      await command("ClearChargingProfile", { connectorId: 1, chargingProfilePurpose: "TxDefaultProfile" }),
    ).toEqual({ status: "Accepted" });
    expect(
      await command("SetChargingProfile", { connectorId: 0, csChargingProfiles: profile({ chargingProfileId: 21 }) }),
    ).toEqual({ status: "Accepted" });
  });
});
