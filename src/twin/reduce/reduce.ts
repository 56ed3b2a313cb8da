// The only way a twin changes: reduce(twin, event) -> twin. Pure and total; one function per event in this folder.
import type { TwinEvent } from "../events.ts";
import type { Twin } from "../twin.ts";
import { commandAvailability } from "./availability.ts";
import { keepCertificate, settleCertificate } from "./certificate.ts";
import { reportCompositeSchedule } from "./commanded.ts";
import { concludeCommand, prepareCommand, refuseCommandParts, triggerCommand } from "./commandVariables.ts";
import { changeConfiguration, desireConfiguration, reportConfiguration } from "./configuration.ts";
import { knowConnector, reportStatus } from "./status.ts";
import { hear, heartbeat, link, unlink } from "./link.ts";
import { fillLocalList, reportLocalListVersion, sendLocalList } from "./localList.ts";
import { markStale, sample } from "./meter.ts";
import { boot, compareClock, note, setRegistration, violate } from "./facts.ts";
import { clearProfiles, installProfile } from "./profiles.ts";
import { cancelReservation, reserve } from "./reservation.ts";
import { commandTransfer } from "./transfer.ts";
import { startTransaction, stopTransaction } from "./transaction.ts";
import { chooseVendorProfile, reportVendorValues } from "./vendor.ts";

type Reducers = {
  readonly [Type in TwinEvent["type"]]: (twin: Twin, event: Extract<TwinEvent, { type: Type }>) => Twin;
};

const reducers = {
  Linked: link,
  Unlinked: unlink,
  Heard: hear,
  HeartbeatReceived: heartbeat,
  Booted: boot,
  VendorProfileChosen: chooseVendorProfile,
  VendorReported: reportVendorValues,
  RegistrationSet: setRegistration,
  ConnectorKnown: knowConnector,
  StatusReported: reportStatus,
  MeterSampled: sample,
  ReadingsStale: markStale,
  TransactionStarted: startTransaction,
  TransactionStopped: stopTransaction,
  Noted: note,
  CertificateMade: keepCertificate,
  CertificateSettled: settleCertificate,
  ClockCompared: compareClock,
  Violated: violate,
  ConfigurationReported: reportConfiguration,
  ConfigurationDesired: desireConfiguration,
  ConfigurationChanged: changeConfiguration,
  AvailabilityCommanded: commandAvailability,
  Reserved: reserve,
  ReservationCancelled: cancelReservation,
  ProfileInstalled: installProfile,
  ProfilesCleared: clearProfiles,
  LocalListSent: sendLocalList,
  LocalListVersionReported: reportLocalListVersion,
  LocalListFilled: fillLocalList,
  CompositeScheduleReported: reportCompositeSchedule,
  TransferCommanded: commandTransfer,
  CommandPrepared: prepareCommand,
  CommandPartsRefused: refuseCommandParts,
  CommandTriggered: triggerCommand,
  CommandConcluded: concludeCommand,
} satisfies Reducers;

/** The twin after `event`; the same object when the event changes nothing. */
export function reduce(twin: Twin, event: TwinEvent): Twin {
  return (reducers[event.type] as (twin: Twin, event: TwinEvent) => Twin)(twin, event);
}
