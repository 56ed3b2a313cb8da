// Every action of OCPP 1.6, each with its file: what a charge point sends and what the central system sends. It does not compile when
// one is missing.
import type { IncomingAction, IncomingMessage, OutgoingAction, OutgoingMessage } from "../message.ts";
import { Authorize } from "./Authorize.ts";
import { BootNotification } from "./BootNotification.ts";
import { CancelReservation } from "./CancelReservation.ts";
import { CertificateSigned } from "./CertificateSigned.ts";
import { ChangeAvailability } from "./ChangeAvailability.ts";
import { ChangeConfiguration } from "./ChangeConfiguration.ts";
import { ClearCache } from "./ClearCache.ts";
import { ClearChargingProfile } from "./ClearChargingProfile.ts";
import { IncomingDataTransfer, OutgoingDataTransfer } from "./DataTransfer.ts";
import { DeleteCertificate } from "./DeleteCertificate.ts";
import { DiagnosticsStatusNotification } from "./DiagnosticsStatusNotification.ts";
import { ExtendedTriggerMessage } from "./ExtendedTriggerMessage.ts";
import { FirmwareStatusNotification } from "./FirmwareStatusNotification.ts";
import { GetCompositeSchedule } from "./GetCompositeSchedule.ts";
import { GetConfiguration } from "./GetConfiguration.ts";
import { GetDiagnostics } from "./GetDiagnostics.ts";
import { GetInstalledCertificateIds } from "./GetInstalledCertificateIds.ts";
import { GetLocalListVersion } from "./GetLocalListVersion.ts";
import { GetLog } from "./GetLog.ts";
import { Heartbeat } from "./Heartbeat.ts";
import { InstallCertificate } from "./InstallCertificate.ts";
import { LogStatusNotification } from "./LogStatusNotification.ts";
import { MeterValues } from "./MeterValues.ts";
import { RemoteStartTransaction } from "./RemoteStartTransaction.ts";
import { RemoteStopTransaction } from "./RemoteStopTransaction.ts";
import { ReserveNow } from "./ReserveNow.ts";
import { Reset } from "./Reset.ts";
import { SecurityEventNotification } from "./SecurityEventNotification.ts";
import { SendLocalList } from "./SendLocalList.ts";
import { SetChargingProfile } from "./SetChargingProfile.ts";
import { SignCertificate } from "./SignCertificate.ts";
import { SignedFirmwareStatusNotification } from "./SignedFirmwareStatusNotification.ts";
import { SignedUpdateFirmware } from "./SignedUpdateFirmware.ts";
import { StartTransaction } from "./StartTransaction.ts";
import { StatusNotification } from "./StatusNotification.ts";
import { StopTransaction } from "./StopTransaction.ts";
import { TriggerMessage } from "./TriggerMessage.ts";
import { UnlockConnector } from "./UnlockConnector.ts";
import { UpdateFirmware } from "./UpdateFirmware.ts";

/** The message file of each action that a charge point sends. */
export const incomingMessages = {
  Authorize,
  BootNotification,
  DataTransfer: IncomingDataTransfer,
  DiagnosticsStatusNotification,
  FirmwareStatusNotification,
  Heartbeat,
  LogStatusNotification,
  MeterValues,
  SecurityEventNotification,
  SignCertificate,
  SignedFirmwareStatusNotification,
  StartTransaction,
  StatusNotification,
  StopTransaction,
} satisfies { readonly [A in IncomingAction]: IncomingMessage<A> };

/**
 * The message file of each action that the central system sends. InstallCertificate and DeleteCertificate await no effect: a charge point
 * tells which certificates it has only when asked ("Improved security for OCPP 1.6-J", M03, GetInstalledCertificateIds), and their own
 * answers say all there is to know (M04, M05).
 */
export const outgoingMessages = {
  CancelReservation,
  CertificateSigned,
  ChangeAvailability,
  ChangeConfiguration,
  ClearCache,
  ClearChargingProfile,
  DataTransfer: OutgoingDataTransfer,
  DeleteCertificate,
  ExtendedTriggerMessage,
  GetCompositeSchedule,
  GetConfiguration,
  GetDiagnostics,
  GetInstalledCertificateIds,
  GetLocalListVersion,
  GetLog,
  InstallCertificate,
  RemoteStartTransaction,
  RemoteStopTransaction,
  ReserveNow,
  Reset,
  SendLocalList,
  SetChargingProfile,
  SignedUpdateFirmware,
  TriggerMessage,
  UnlockConnector,
  UpdateFirmware,
} satisfies { readonly [A in OutgoingAction]: OutgoingMessage<A> };
