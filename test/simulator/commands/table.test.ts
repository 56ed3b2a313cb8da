// Every command gets an answer: what is answered without effect, and what is refused (OCPP 1.6 §5, OCPP-J 1.6 §4.2.3).
import { describe, expect, test } from "vitest";
import { leafPem, rootHashes, rootPem } from "../certificateFixtures.ts";
import { centralSystem, command, future, start } from "./setUp.ts";

describe("answered without more ado:", () => {
  test.each<[action: string, payload: object, answer: object]>([
    ["ClearCache", {}, { status: "Accepted" }],
    ["GetLocalListVersion", {}, { listVersion: 0 }],
    ["RemoteStopTransaction", { transactionId: 99 }, { status: "Rejected" }],
    ["RemoteStartTransaction", { idTag: "T", connectorId: 9 }, { status: "Rejected" }],
    ["UnlockConnector", { connectorId: 9 }, { status: "NotSupported" }],
    ["UnlockConnector", { connectorId: 1 }, { status: "Unlocked" }],
    ["ChangeAvailability", { connectorId: 9, type: "Inoperative" }, { status: "Rejected" }],
    ["CancelReservation", { reservationId: 5 }, { status: "Rejected" }],
    ["ReserveNow", { connectorId: 9, expiryDate: future(), idTag: "T", reservationId: 1 }, { status: "Rejected" }],
    [
      "ReserveNow",
      { connectorId: 1, expiryDate: "2001-01-01T00:00:00Z", idTag: "T", reservationId: 1 },
      { status: "Rejected" },
    ],
    ["ChangeConfiguration", { key: "NumberOfConnectors", value: "7" }, { status: "Rejected" }],
    ["ChangeConfiguration", { key: "HeartbeatInterval", value: "soon" }, { status: "Rejected" }],
    ["ChangeConfiguration", { key: "MeterValuesSampledData", value: "Voltage,RPM" }, { status: "Rejected" }],
    ["ChangeConfiguration", { key: "NoSuchKey", value: "1" }, { status: "NotSupported" }],
    ["ChangeConfiguration", { key: "NetworkApn", value: "m2m" }, { status: "RebootRequired" }],
    ["ChangeConfiguration", { key: "blinkrepeat", value: "9" }, { status: "Accepted" }],
    ["DataTransfer", { vendorId: "Other" }, { status: "UnknownVendorId" }],
    ["DataTransfer", { vendorId: "Nordlade", messageId: "Dance" }, { status: "UnknownMessageId" }],
    ["DataTransfer", { vendorId: "Nordlade", messageId: "Echo", data: "hello" }, { status: "Accepted", data: "hello" }],
    ["TriggerMessage", { requestedMessage: "StatusNotification", connectorId: 9 }, { status: "Rejected" }],
    ["TriggerMessage", { requestedMessage: "MeterValues", connectorId: 0 }, { status: "Rejected" }],
    ["ExtendedTriggerMessage", { requestedMessage: "Heartbeat", connectorId: 9 }, { status: "Rejected" }],
    ["ClearChargingProfile", { id: 4 }, { status: "Unknown" }],
    ["GetCompositeSchedule", { connectorId: 9, duration: 60 }, { status: "Rejected" }],
    ["GetInstalledCertificateIds", { certificateType: "CentralSystemRootCertificate" }, { status: "NotFound" }],
    [
      "InstallCertificate",
      { certificateType: "CentralSystemRootCertificate", certificate: "no PEM" },
      { status: "Rejected" },
    ],
    [
      "InstallCertificate",
      { certificateType: "CentralSystemRootCertificate", certificate: leafPem },
      { status: "Rejected" },
    ],
    ["DeleteCertificate", { certificateHashData: rootHashes.SHA256 }, { status: "NotFound" }],
    ["CertificateSigned", { certificateChain: rootPem }, { status: "Rejected" }],
    ["SendLocalList", { listVersion: 0, updateType: "Full" }, { status: "Failed" }],
  ])("%s %j is %j", async (action, payload, answer) => {
    await start();
    expect(await command(action, payload)).toEqual(answer);
  });
});

describe("refused with a CALLERROR:", () => {
  test.each([
    ["an action that the document does not know", '[2,"a","MakeCoffee",{}]', "NotImplemented"],
    ["an action of the other direction", '[2,"a","Heartbeat",{}]', "NotSupported"],
    ["a field that is missing", '[2,"a","Reset",{}]', "OccurenceConstraintViolation"],
    ["a field of another type", '[2,"a","Reset",{"type":7}]', "TypeConstraintViolation"],
    ["a value that is not in the list", '[2,"a","Reset",{"type":"Warm"}]', "PropertyConstraintViolation"],
    ["a field that is not known", '[2,"a","ClearCache",{"extra":1}]', "FormationViolation"],
  ])("%s", async (_what, frame, code) => {
    const sent: unknown[][] = [];
    await start();
    centralSystem.onFrame = (text) => void sent.push(JSON.parse(text));
    centralSystem.rawCommand("CP001", frame);
    const [type, id, found] = await centralSystem.until("an answer", () => sent.find((each) => each[1] === "a"));
    expect([type, id, found]).toEqual([4, "a", code]);
  });
});

test("an answer that nobody waits for is ignored and reported", async () => {
  const problems: string[] = [];
  await start({ listener: { ...centralSystem.listener, problem: (_chargePoint, text) => void problems.push(text) } });
  centralSystem.rawCommand("CP001", '[3,"never asked",{}]');
  centralSystem.rawCommand("CP001", "not JSON");
  centralSystem.rawCommand("CP001", "[9,1]");
  expect(await command("GetLocalListVersion")).toEqual({ listVersion: 0 });
  expect(problems).toHaveLength(2);
  expect(problems[0]).toContain("never asked");
  expect(problems[1]).toContain("not JSON");
});
