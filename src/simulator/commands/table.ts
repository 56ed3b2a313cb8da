// Every command that a central system can send, with the function that carries it out.
import type { Requests, actionsFromCentralSystem } from "../../schema/ocpp16.generated.ts";
import type { Handler } from "./answer.ts";
import { cancelReservation, getLocalListVersion, reserveNow, sendLocalList } from "./authorization.ts";
import { changeAvailability, remoteStart, remoteStop, reset, unlockConnector } from "./charging.ts";
import {
  changeConfiguration,
  clearCache,
  dataTransfer,
  extendedTriggerMessage,
  getConfiguration,
  triggerMessage,
} from "./configuration.ts";
import {
  certificateSigned,
  deleteCertificate,
  getDiagnostics,
  getInstalledCertificateIds,
  getLog,
  installCertificate,
  signedUpdateFirmware,
  updateFirmwareUnsigned,
} from "./maintenance.ts";
import { clearChargingProfile, getCompositeSchedule, setChargingProfile } from "./smartCharging.ts";

/** An action whose request the central system sends. */
export type CommandAction = (typeof actionsFromCentralSystem)[number];

export const commands: { readonly [A in CommandAction & keyof Requests]: Handler<A> } = {
  CancelReservation: cancelReservation,
  CertificateSigned: certificateSigned,
  ChangeAvailability: changeAvailability,
  ChangeConfiguration: changeConfiguration,
  ClearCache: clearCache,
  ClearChargingProfile: clearChargingProfile,
  DataTransfer: dataTransfer,
  DeleteCertificate: deleteCertificate,
  ExtendedTriggerMessage: extendedTriggerMessage,
  GetCompositeSchedule: getCompositeSchedule,
  GetConfiguration: getConfiguration,
  GetDiagnostics: getDiagnostics,
  GetInstalledCertificateIds: getInstalledCertificateIds,
  GetLocalListVersion: getLocalListVersion,
  GetLog: getLog,
  InstallCertificate: installCertificate,
  RemoteStartTransaction: remoteStart,
  RemoteStopTransaction: remoteStop,
  ReserveNow: reserveNow,
  Reset: reset,
  SendLocalList: sendLocalList,
  SetChargingProfile: setChargingProfile,
  SignedUpdateFirmware: signedUpdateFirmware,
  TriggerMessage: triggerMessage,
  UnlockConnector: unlockConnector,
  UpdateFirmware: updateFirmwareUnsigned,
};
