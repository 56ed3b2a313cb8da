// Uploads, downloads and installations as the central system sees them: a sequence of status notifications (OCPP 1.6 §4.4, §4.5,
// security extension L and N). No file is moved: the outcome is chosen by the fault switches.
import type {
  DiagnosticsStatus,
  FirmwareStatus,
  FirmwareStatusEnumType,
  UploadLogStatusEnumType,
} from "../schema/ocpp16.generated.ts";
import type { EpochMs, Timer } from "../std/clock.ts";
import { ownTime, post } from "./core.ts";
import type { ChargePointCore } from "./core.ts";
import { restartSoftly } from "./restart.ts";

export interface Transfers {
  diagnostics: DiagnosticsStatus;
  log: { status: UploadLogStatusEnumType; requestId: number | undefined };
  firmware: FirmwareStatus;
  signedFirmware: { status: FirmwareStatusEnumType; requestId: number | undefined };
  timers: { diagnostics?: Timer; log?: Timer; firmware?: Timer };
  /** What is to be reported once the charge point is registered again after a restart. */
  afterBoot: (() => void) | undefined;
}

export function createTransfers(): Transfers {
  return {
    diagnostics: "Idle",
    log: { status: "Idle", requestId: undefined },
    firmware: "Idle",
    signedFirmware: { status: "Idle", requestId: undefined },
    timers: {},
    afterBoot: undefined,
  };
}

export function uploadDiagnostics(core: ChargePointCore): void {
  const say = (status: DiagnosticsStatus): void => {
    core.transfers.diagnostics = status;
    sendDiagnosticsStatus(core);
    if (isFinal(status)) core.transfers.diagnostics = "Idle";
  };
  runStages(core, "diagnostics", [
    () => say("Uploading"),
    () => say(core.faults.uploadFails ? "UploadFailed" : "Uploaded"),
  ]);
}

export function uploadLog(core: ChargePointCore, requestId: number): void {
  const say = (status: UploadLogStatusEnumType): void => {
    core.transfers.log = { status, requestId };
    sendLogStatus(core);
    if (isFinal(status)) core.transfers.log.status = "Idle";
  };
  runStages(core, "log", [() => say("Uploading"), () => say(core.faults.uploadFails ? "UploadFailure" : "Uploaded")]);
}

/** UpdateFirmware: waits for the retrieve date, downloads, installs, restarts with the new version. */
export function updateFirmware(core: ChargePointCore, location: string, retrieveAt: EpochMs): void {
  const { firmwareResult } = core.faults;
  const say = (status: FirmwareStatus): void => {
    core.transfers.firmware = status;
    sendFirmwareStatus(core);
    if (isFinal(status)) core.transfers.firmware = "Idle";
  };
  const end =
    firmwareResult === "DownloadFailed"
      ? [() => say("DownloadFailed")]
      : [() => say("Downloaded"), () => say("Installing")];
  const stages = [() => say("Downloading"), ...end];
  // Unsigned firmware has no signature to be wrong: any other failure shows when it is installed.
  if (firmwareResult === "Installed") stages.push(() => install(core, location, () => say("Installed")));
  else if (firmwareResult !== "DownloadFailed") stages.push(() => say("InstallationFailed"));
  runStages(core, "firmware", stages, retrieveAt - ownTime(core));
}

/** SignedUpdateFirmware (security extension L01): the same with the steps of the signature. */
export function updateSignedFirmware(
  core: ChargePointCore,
  update: { requestId: number; location: string; retrieveAt: EpochMs; installAt: EpochMs },
): void {
  const { firmwareResult } = core.faults;
  const { requestId } = update;
  const say = (status: FirmwareStatusEnumType): void => {
    core.transfers.signedFirmware = { status, requestId };
    sendSignedFirmwareStatus(core);
    if (isFinal(status)) core.transfers.signedFirmware.status = "Idle";
  };
  const isEarly = update.retrieveAt > ownTime(core);
  if (isEarly) say("DownloadScheduled");
  const reboot = (): void => {
    say("InstallRebooting");
    install(core, update.location, () => say("Installed"));
  };
  const installation: (() => void)[] =
    firmwareResult === "Installed"
      ? [() => say("Installing"), reboot]
      : [() => say("Installing"), () => say("InstallationFailed")];
  const verified = (): void => {
    say("SignatureVerified");
    const waitMs = update.installAt - ownTime(core);
    if (waitMs > 0) say("InstallScheduled");
    runStages(core, "firmware", installation, Math.max(waitMs, core.plan.timing.transferStageMs));
  };
  const stages = [() => say("Downloading")];
  if (firmwareResult === "DownloadFailed") stages.push(() => say("DownloadFailed"));
  else
    stages.push(
      () => say("Downloaded"),
      firmwareResult === "InvalidSignature" ? () => say("InvalidSignature") : verified,
    );
  runStages(core, "firmware", stages, update.retrieveAt - ownTime(core));
}

export function sendDiagnosticsStatus(core: ChargePointCore): void {
  post(core, {
    action: "DiagnosticsStatusNotification",
    payload: { status: core.transfers.diagnostics },
    way: "urgent",
  });
}

export function sendLogStatus(core: ChargePointCore): void {
  const { status, requestId } = core.transfers.log;
  post(core, {
    action: "LogStatusNotification",
    payload: { status, ...(requestId === undefined ? {} : { requestId }) },
    way: "urgent",
  });
}

export function sendFirmwareStatus(core: ChargePointCore): void {
  post(core, {
    action: "FirmwareStatusNotification",
    payload: { status: core.transfers.firmware },
    way: "urgent",
  });
}

export function sendSignedFirmwareStatus(core: ChargePointCore): void {
  const { status, requestId } = core.transfers.signedFirmware;
  const payload = { status, ...(requestId === undefined ? {} : { requestId }) };
  post(core, { action: "SignedFirmwareStatusNotification", payload, way: "urgent" });
}

/** Once its end has been reported, a transfer is Idle; Idle itself is only said when asked (§7.24, §7.25). */
function isFinal(status: DiagnosticsStatus | FirmwareStatusEnumType | UploadLogStatusEnumType): boolean {
  return [
    "Uploaded",
    "UploadFailed",
    "UploadFailure",
    "Installed",
    "DownloadFailed",
    "InstallationFailed",
    "InvalidSignature",
  ].includes(status);
}

function install(core: ChargePointCore, location: string, report: () => void): void {
  core.transfers.afterBoot = report;
  core.firmwareVersion = versionIn(location) ?? core.firmwareVersion;
  restartSoftly(core, "Reboot");
}

/** The version in a file name such as `fw-2.4.1.bin`. */
function versionIn(location: string): string | undefined {
  return /\d{1,4}\.\d{1,4}(?:\.\d{1,4})?/.exec(location.slice(location.lastIndexOf("/") + 1))?.[0];
}

function runStages(
  core: ChargePointCore,
  key: keyof Transfers["timers"],
  stages: readonly (() => void)[],
  waitMs = 0,
): void {
  core.transfers.timers[key]?.cancel();
  const [stage, ...rest] = stages;
  if (stage === undefined) return;
  core.transfers.timers[key] = core.clock.after(Math.max(waitMs, 0), () => {
    stage();
    // The last stage may have started a sequence of its own.
    if (core.isRunning && rest.length > 0) runStages(core, key, rest, core.plan.timing.transferStageMs);
  });
}
