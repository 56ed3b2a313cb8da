// The published cases of the profile FirmwareManagement: firmware and diagnostics.
import { played, type Case } from "./case.ts";
import { boots, isCommanded, reconnects, reports, secondsFromNow, sends, type Step } from "./steps.ts";

const FIRMWARE = "https://files.example/firmware.bin";
const DIAGNOSTICS = "https://files.example/diagnostics/";

const isUpdated = isCommanded(
  "UpdateFirmware",
  () => ({ location: FIRMWARE, retrieveDate: secondsFromNow(0) }),
  {},
  { "Firmware/Location": FIRMWARE },
);

const tells = (...statuses: readonly string[]): Step[] =>
  statuses.map((status) =>
    sends("FirmwareStatusNotification", { status }, {}, { "State/FirmwareStatusNotification": status }),
  );

const isDiagnosed = isCommanded(
  "GetDiagnostics",
  { location: DIAGNOSTICS },
  { fileName: "diagnostics.zip" },
  { "Diagnostics/FileName": "diagnostics.zip", "Diagnostics/Location": DIAGNOSTICS },
);

const tellsDiagnostics = (...statuses: readonly string[]): Step[] =>
  statuses.map((status) =>
    sends("DiagnosticsStatusNotification", { status }, {}, { "State/DiagnosticsStatusNotification": status }),
  );

export const firmware: readonly Case[] = [
  played(
    "044_1",
    "Firmware Update - Download and Install",
    isUpdated,
    tells("Downloading", "Downloaded"),
    reports("Unavailable"),
    tells("Installing"),
    reconnects(),
    boots(),
    tells("Installed"),
  ),
  played("044_2", "Firmware Update - Download Failed", isUpdated, tells("Downloading", "DownloadFailed")),
  played(
    "044_3",
    "Firmware Update - Installation Failed",
    isUpdated,
    tells("Downloading", "Downloaded"),
    reports("Unavailable"),
    tells("Installing"),
    reconnects(),
    boots(),
    tells("InstallationFailed"),
  ),
  played("045_1", "Get Diagnostics", isDiagnosed, tellsDiagnostics("Uploading", "Uploaded")),
  played("045_2", "Get Diagnostics - Upload Failed", isDiagnosed, tellsDiagnostics("Uploading", "UploadFailed")),
];
