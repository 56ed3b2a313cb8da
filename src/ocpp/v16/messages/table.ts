// Every action that a charge point sends, each with its file. It does not compile when one is missing.
import type { IncomingAction, IncomingMessage } from "../message.ts";
import { Authorize } from "./Authorize.ts";
import { BootNotification } from "./BootNotification.ts";
import { DataTransfer } from "./DataTransfer.ts";
import { DiagnosticsStatusNotification } from "./DiagnosticsStatusNotification.ts";
import { FirmwareStatusNotification } from "./FirmwareStatusNotification.ts";
import { Heartbeat } from "./Heartbeat.ts";
import { LogStatusNotification } from "./LogStatusNotification.ts";
import { MeterValues } from "./MeterValues.ts";
import { SecurityEventNotification } from "./SecurityEventNotification.ts";
import { SignCertificate } from "./SignCertificate.ts";
import { SignedFirmwareStatusNotification } from "./SignedFirmwareStatusNotification.ts";
import { StartTransaction } from "./StartTransaction.ts";
import { StatusNotification } from "./StatusNotification.ts";
import { StopTransaction } from "./StopTransaction.ts";

/** The message file of each action. */
export const incomingMessages = {
  Authorize,
  BootNotification,
  DataTransfer,
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
