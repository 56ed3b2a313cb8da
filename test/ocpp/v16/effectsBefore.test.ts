// What was so before a command is no effect of it: behaviour 25, "Accepted" is not "done", and OCPP 1.6 §5.2 does not report again what is so.
import { describe, expect, test } from "vitest";
import type { actionsFromCentralSystem } from "../../../src/schema/ocpp16.generated.ts";
import type { Twin } from "../../../src/twin/twin.ts";
import { exchange, exchanges, happened, SENT, started, status, stopped, twinAfter } from "./exchanges.ts";

type Action = (typeof actionsFromCentralSystem)[number];

const BEFORE = SENT - 60_000;
const charging = twinAfter(status(1, "Charging", BEFORE), status(2, "Available", BEFORE), started(1, 11, BEFORE));

describe("what was so before the command is no effect of it, and nothing is awaited", () => {
  const reservedWithout = happened(
    exchange("ReserveNow", exchanges.ReserveNow[0], { status: "Accepted" }).twin,
    status(1, "Available", BEFORE),
  );
  test.each<[Action, object, Twin, string]>([
    [
      "ChangeAvailability",
      { connectorId: 1, type: "Inoperative" },
      twinAfter(status(1, "Unavailable", BEFORE)),
      "connector 1 was Unavailable before",
    ],
    ["ChangeAvailability", { connectorId: 1, type: "Operative" }, charging, "connector 1 was Charging before"],
    [
      "ChangeAvailability",
      { connectorId: 0, type: "Operative" },
      charging,
      "connector 1 was Charging before, connector 2 was Available before",
    ],
    [
      "ChangeAvailability",
      { connectorId: 0, type: "Inoperative" },
      twinAfter(status(0, "Unavailable", BEFORE)),
      "the charge point was Unavailable before",
    ],
    ["UnlockConnector", { connectorId: 2 }, charging, "connector 2 was Available before"],
    [
      "UnlockConnector",
      { connectorId: 1 },
      twinAfter(started(1, 11, BEFORE), stopped(1, 11, BEFORE), status(1, "Finishing", BEFORE)),
      "connector 1 was Finishing before",
    ],
    [
      "ReserveNow",
      exchanges.ReserveNow[0],
      twinAfter(status(1, "Reserved", BEFORE)),
      "connector 1 was Reserved before",
    ],
    ["CancelReservation", { reservationId: 4 }, reservedWithout, "connector 1 was Available before"],
  ])("%s %j", (action, request, twin, before) => {
    const { effect, twin: answered } = exchange(action, request, exchanges[action][1], twin);
    expect(effect?.before).toBe(before);
    expect(effect?.seen(answered, SENT)).toBeUndefined();
  });

  test.each<[Action, object, Twin]>([
    ["ChangeAvailability", { connectorId: 1, type: "Inoperative" }, charging],
    ["ChangeAvailability", { connectorId: 3, type: "Operative" }, charging],
    [
      "ChangeAvailability",
      { connectorId: 0, type: "Inoperative" },
      happened(charging, status(1, "Unavailable", BEFORE + 1)),
    ],
    [
      "ChangeAvailability",
      { connectorId: 0, type: "Operative" },
      happened(charging, status(0, "Unavailable", BEFORE + 1)),
    ],
    ["ChangeAvailability", { connectorId: 0, type: "Operative" }, twinAfter()],
    ["UnlockConnector", { connectorId: 1 }, happened(charging, status(1, "Finishing", BEFORE + 1))],
    ["ReserveNow", exchanges.ReserveNow[0], charging],
  ])("but %s %j is awaited where not all of it was so", (action, request, twin) => {
    const { effect, twin: answered } = exchange(action, request, exchanges[action][1], twin);
    expect(effect).toBeDefined();
    expect(effect?.before).toBeUndefined();
    expect(effect?.seen(answered, SENT)).toBeUndefined();
  });
});

describe("that an unlocked connector becomes free", () => {
  const unlock = (twin: Twin) => exchange("UnlockConnector", { connectorId: 1 }, { status: "Unlocked" }, twin).effect;

  test.each(["Preparing", "Charging", "SuspendedEV", "SuspendedEVSE"])(
    "is for whoever has plugged in while it is %s without a transaction",
    (text) => {
      expect(unlock(twinAfter(status(1, text, BEFORE)))).toMatchObject({ isOptional: true });
    },
  );

  test("is what a charge point has agreed to while a transaction runs (OCPP 1.6 §5.18)", () => {
    expect(unlock(charging)?.isOptional).toBeUndefined();
  });

  test.each([
    ["was never told", twinAfter()],
    ["Unavailable", twinAfter(status(1, "Unavailable", BEFORE))],
    ["Faulted", twinAfter(status(1, "Faulted", BEFORE))],
    ["Reserved", twinAfter(status(1, "Reserved", BEFORE))],
  ])("is not awaited where its status %s", (_, twin) => {
    expect(unlock(twin)).toBeUndefined();
  });
});
