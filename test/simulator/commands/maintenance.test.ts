// Uploads, firmware and certificates (OCPP 1.6 §5.9, §5.19, security extension A, L, M, N).
import { describe, expect, test } from "vitest";
import { rootHashes, rootPem } from "../certificateFixtures.ts";
import { centralSystem, command, sequence, start } from "./setUp.ts";

describe("files and certificates", () => {
  test.each([
    [false, ["Uploading", "Uploaded"]],
    [true, ["Uploading", "UploadFailed"]],
  ])("diagnostics with uploadFails = %s: %j", async (uploadFails, expected) => {
    await start({ faults: { uploadFails } });
    const { fileName } = await command("GetDiagnostics", { location: "ftp://127.0.0.1/in" });
    expect(fileName).toContain("CP001");
    expect(await sequence("DiagnosticsStatusNotification", 2)).toEqual(expected);
  });

  test("a log is uploaded under its request id, and a second request takes over", async () => {
    await start();
    const log = { remoteLocation: "https://127.0.0.1/in" };
    expect(await command("GetLog", { logType: "SecurityLog", requestId: 3, log })).toMatchObject({
      status: "Accepted",
    });
    await centralSystem.first("LogStatusNotification");
    expect(await command("GetLog", { logType: "DiagnosticsLog", requestId: 4, log })).toMatchObject({
      status: "AcceptedCanceled",
    });
    const messages = await centralSystem.first("LogStatusNotification", 3);
    expect(messages.map(({ payload }) => `${payload.requestId} ${payload.status}`)).toEqual([
      "3 Uploading",
      "4 Uploading",
      "4 Uploaded",
    ]);
  });

  test("a firmware update restarts the charge point with the version in the file name", async () => {
    await start({ timing: { rebootMs: 500, transferStageMs: 500 } });
    const location = "https://127.0.0.1/firmware-2.4.1.bin";
    await command("UpdateFirmware", { location, retrieveDate: new Date().toISOString() });
    expect(await sequence("FirmwareStatusNotification", 4)).toEqual([
      "Downloading",
      "Downloaded",
      "Installing",
      "Installed",
    ]);
    expect(centralSystem.of("BootNotification").map((each) => each.payload.firmwareVersion)).toEqual([
      "1.0.0",
      "2.4.1",
    ]);
  });

  test.each([
    ["DownloadFailed", ["Downloading", "DownloadFailed"]],
    ["InstallationFailed", ["Downloading", "Downloaded", "Installing", "InstallationFailed"]],
  ] as const)("a firmware update that ends with %s", async (firmwareResult, expected) => {
    await start({ faults: { firmwareResult }, timing: { transferStageMs: 500 } });
    await command("UpdateFirmware", { location: "https://127.0.0.1/fw.bin", retrieveDate: new Date().toISOString() });
    expect(await sequence("FirmwareStatusNotification", expected.length)).toEqual(expected);
    expect(centralSystem.of("BootNotification")).toHaveLength(1);
  });

  test.each([
    ["Installed", ["Downloading", "Downloaded", "SignatureVerified", "Installing", "InstallRebooting", "Installed"]],
    ["InvalidSignature", ["Downloading", "Downloaded", "InvalidSignature"]],
    ["InstallationFailed", ["Downloading", "Downloaded", "SignatureVerified", "Installing", "InstallationFailed"]],
  ] as const)(
    "a signed firmware update that ends with %s (security extension L01)",
    async (firmwareResult, expected) => {
      await start({ faults: { firmwareResult }, timing: { rebootMs: 500, transferStageMs: 500 } });
      const firmware = {
        location: "https://127.0.0.1/fw-3.0.0.bin",
        retrieveDateTime: new Date().toISOString(),
        signingCertificate: rootPem,
        signature: "AAAA",
      };
      expect(await command("SignedUpdateFirmware", { requestId: 8, firmware })).toEqual({ status: "Accepted" });
      expect(await sequence("SignedFirmwareStatusNotification", expected.length)).toEqual(expected);
      expect(
        new Set(centralSystem.of("SignedFirmwareStatusNotification").map((each) => each.payload.requestId)),
      ).toEqual(new Set([8]));
    },
  );

  test("a signed update with a certificate that is none is refused before anything is fetched", async () => {
    await start();
    const firmware = {
      location: "https://127.0.0.1/fw.bin",
      retrieveDateTime: new Date().toISOString(),
      signingCertificate: "none",
      signature: "AAAA",
    };
    expect(await command("SignedUpdateFirmware", { requestId: 8, firmware })).toEqual({ status: "InvalidCertificate" });
  });

  test("a root is installed, named by its hashes and deleted", async () => {
    await start();
    const certificateType = "ManufacturerRootCertificate";
    expect(await command("InstallCertificate", { certificateType, certificate: rootPem })).toEqual({
      status: "Accepted",
    });
    expect(await command("GetInstalledCertificateIds", { certificateType })).toEqual({
      status: "Accepted",
      certificateHashData: [rootHashes.SHA256],
    });
    expect(await command("GetInstalledCertificateIds", { certificateType: "CentralSystemRootCertificate" })).toEqual({
      status: "NotFound",
    });
    expect(await command("DeleteCertificate", { certificateHashData: rootHashes.SHA256 })).toEqual({
      status: "Accepted",
    });
    expect(await command("GetInstalledCertificateIds", { certificateType })).toEqual({ status: "NotFound" });
  });
});
