// The point list of a charge point, in the order in which it is browsed. The main meter's rows come from meter.ts.
import type { Identification, LinkState, Note, RegistrationStatus, Stamp, Status, Twin } from "../twin/twin.ts";
import { chargePointCommandedSections } from "./chargePointCommanded.ts";
import { roleForKind } from "./commandRoles.ts";
import type { Row } from "./row.ts";
import { telegramSection } from "./meter.ts";
import { section, type Section } from "./section.ts";
import { seconds } from "./units.ts";
import { vendorProfileSection } from "./vendorProfile.ts";

/** OPC 10000-100 §4.5.3: RevisionCounter is -1 when the device keeps none. */
const NO_REVISION_COUNTER = -1;

function note(description: string, type = "String"): Row<Note> {
  return { read: (n) => n.text, type, description };
}

/** How far a transfer is: each step has its time in the history. */
function progress(action: string, type: string): Row<Note> {
  return { ...note(`Last ${action}`, type), history: true };
}

export const chargePointSections: readonly Section<Twin>[] = [
  section((twin: Twin) => twin.identity, {
    ClientId: { read: (t) => t.id, type: "String", own: true, description: "OCPP identity" },
  }),
  section((twin: Twin) => twin.link, {
    "Common/ConnState": {
      read: (l) => l.state,
      type: "ConnState",
      own: true,
      description: "State of the connection",
    },
    "State/ConnectedSince": {
      read: (l) => l.connectedSince,
      type: "DateTime",
      description: "When the socket was accepted",
    },
    "State/RemoteAddress": {
      read: (l) => l.remoteAddress,
      type: "String",
      description: "Address of the charge point",
    },
    "State/SecurityProfile": {
      read: (l) => l.securityProfile,
      type: "Int32",
      description: "OCPP security profile in use, 0 to 3",
    },
    "State/OcppVersion": {
      read: (l) => l.ocppVersion,
      type: "String",
      description: "OCPP version in use",
    },
  } satisfies Record<string, Row<LinkState>>),
  section((twin: Twin) => twin.presence, {
    "State/Connected": {
      read: (p) => p.connected,
      type: "Boolean",
      own: true,
      history: true,
      description: "A socket is live, whatever the registration; the source time is that of the last Heartbeat",
    },
  }),
  section((twin: Twin) => twin.lastHeartbeat, {
    "State/LastHeartbeat": {
      read: (s: Stamp) => s.at,
      type: "DateTime",
      description: "Last Heartbeat",
    },
  }),
  section((twin: Twin) => twin.lastMessage, {
    "State/LastMessage": {
      read: (s: Stamp) => s.at,
      type: "DateTime",
      description: "Last message of any kind",
    },
  }),
  section((twin: Twin) => twin.diagnostics, {
    "State/DiagnosticsStatusNotification": progress("DiagnosticsStatusNotification", "DiagnosticsStatus"),
  }),
  section((twin: Twin) => twin.firmware, {
    "State/FirmwareStatusNotification": progress("FirmwareStatusNotification", "FirmwareStatus"),
  }),
  section((twin: Twin) => twin.signedFirmware, {
    "State/SignedFirmwareStatusNotification": progress("SignedFirmwareStatusNotification", "FirmwareStatusEnumType"),
  }),
  section((twin: Twin) => twin.log, {
    "State/LogStatusNotification": progress("LogStatusNotification", "UploadLogStatusEnumType"),
  }),
  section((twin: Twin) => twin.securityEvent, {
    "State/SecurityEventNotification": note("Last SecurityEventNotification as JSON"),
  }),
  section((twin: Twin) => twin.signingRequest, {
    "State/SignCertificate": note("How the last request for a certificate was answered, and why it was rejected"),
  }),
  section((twin: Twin) => twin.signedCertificate, {
    "State/CertificateSigned": note("Answer to the last CertificateSigned, with the certificate that it had asked for"),
  }),
  section((twin: Twin) => twin.certificateInstallation, {
    "State/InstallCertificate": note("Answer to the last InstallCertificate, and the type of the certificate"),
  }),
  section((twin: Twin) => twin.certificateDeletion, {
    "State/DeleteCertificate": note("Answer to the last DeleteCertificate, and the serial number of the certificate"),
  }),
  section((twin: Twin) => twin.dataTransfer, {
    "State/LastDataTransfer": note("Last DataTransfer as JSON"),
  }),
  section((twin: Twin) => twin.status, {
    "State/Status": {
      read: (s) => s.status,
      type: "ChargePointStatus",
      history: true,
      description: "Status of the charge point",
    },
    "State/ErrorCode": {
      read: (s) => s.errorCode,
      type: "ChargePointErrorCode",
      history: true,
      description: "Error of the charge point",
    },
    ...statusDetails("State"),
  }),
  telegramSection((twin: Twin) => twin.meter),
  section((twin: Twin) => twin.clockOffset, {
    "State/ClockOffset": {
      read: (q) => q.value,
      type: "Double",
      unit: seconds,
      description: "Clock of the charge point minus ours",
    },
  }),
  section((twin: Twin) => twin.violations, {
    "State/Violations": {
      read: (v) => v.count,
      type: "UInt32",
      description: "Deviations from OCPP in what the charge point has sent, kept or refused",
    },
    "State/LastViolation": {
      read: (v) => v.last,
      type: "String",
      description: "What the last violation was",
    },
    "State/LastViolations": {
      read: (v) => JSON.stringify(v.recent ?? [v.last]),
      type: "String",
      description: "What the last violations were as a JSON array, the last one last",
    },
    "State/ViolationKinds": {
      read: (v) => JSON.stringify(v.kinds ?? {}),
      type: "String",
      description:
        "How often which message deviated in which field, and under frame how often something was no message, as a JSON object",
    },
  }),
  section((twin: Twin) => twin.configurationDifferences, {
    "State/ConfigurationDifferences": note(
      "Configuration keys that have other values than the settings want, as a JSON array of key, desired, found and readonly",
    ),
  }),
  vendorProfileSection,
  section((twin: Twin) => twin.registration, {
    "Config/RegistrationStatus": {
      read: (r) => r.status,
      type: "RegistrationStatus",
      own: true,
      write: {
        role: roleForKind("setRegistration"),
        command: ({ chargePointId }, status) => ({
          kind: "setRegistration",
          chargePointId,
          status: status as RegistrationStatus,
        }),
      },
      description: "Answer to BootNotification",
    },
    "Config/HeartbeatInterval": {
      read: (r) => r.heartbeatIntervalSeconds,
      type: "UInt32",
      own: true,
      unit: seconds,
      write: {
        role: roleForKind("setHeartbeatInterval"),
        command: ({ chargePointId }, value) => ({
          kind: "setHeartbeatInterval",
          chargePointId,
          seconds: Number(value),
        }),
      },
      description: "Heartbeat interval sent in BootNotification.conf",
    },
  }),
  section((twin: Twin) => twin.identification, {
    "Identification/Vendor": {
      read: (i) => i.vendor,
      type: "String",
      description: "chargePointVendor",
    },
    "Identification/Model": {
      read: (i) => i.model,
      type: "String",
      description: "chargePointModel",
    },
    "Identification/SerialNumber": {
      read: (i) => i.serialNumber,
      type: "String",
      description: "chargePointSerialNumber",
    },
    "Identification/ChargeBoxSerialNumber": {
      read: (i) => i.chargeBoxSerialNumber,
      type: "String",
      description: "chargeBoxSerialNumber",
    },
    "Identification/FirmwareVersion": {
      read: (i) => i.firmwareVersion,
      type: "String",
      description: "firmwareVersion",
    },
    "Identification/Iccid": {
      read: (i) => i.iccid,
      type: "String",
      description: "ICCID of the SIM card",
    },
    "Identification/Imsi": {
      read: (i) => i.imsi,
      type: "String",
      description: "IMSI of the SIM card",
    },
    "Identification/MeterType": {
      read: (i) => i.meterType,
      type: "String",
      description: "Type of the main meter",
    },
    "Identification/MeterSerialNumber": {
      read: (i) => i.meterSerialNumber,
      type: "String",
      description: "Serial number of the main meter",
    },
    Manufacturer: {
      read: (i) => i.vendor,
      type: "LocalizedText",
      di: true,
      description: "chargePointVendor",
    },
    Model: {
      read: (i) => i.model,
      type: "LocalizedText",
      di: true,
      description: "chargePointModel",
    },
    SerialNumber: {
      read: (i) => i.serialNumber ?? i.chargeBoxSerialNumber,
      type: "String",
      di: true,
      description: "chargePointSerialNumber, else chargeBoxSerialNumber",
    },
    SoftwareRevision: {
      read: (i) => i.firmwareVersion,
      type: "String",
      di: true,
      description: "firmwareVersion",
    },
    HardwareRevision: {
      read: () => "",
      type: "String",
      di: true,
      description: "Not reported by OCPP 1.6; empty",
    },
    DeviceRevision: {
      read: () => "",
      type: "String",
      di: true,
      description: "Not reported by OCPP 1.6; empty",
    },
    DeviceManual: {
      read: () => "",
      type: "String",
      di: true,
      description: "Not reported by OCPP 1.6; empty",
    },
    RevisionCounter: {
      read: () => NO_REVISION_COUNTER,
      type: "Int32",
      di: true,
      description: "Not kept: -1",
    },
  } satisfies Record<string, Row<Identification>>),
  ...chargePointCommandedSections,
];

/** The rest of a StatusNotification, below `State` of the charge point and below `Status` of a connector. */
export function statusDetails(group: string): Record<string, Row<Status>> {
  return {
    [`${group}/Info`]: {
      read: (s) => s.info,
      type: "String",
      description: "Free text of the charge point",
    },
    [`${group}/VendorId`]: {
      read: (s) => s.vendorId,
      type: "String",
      description: "Who defined the vendor's error code",
    },
    [`${group}/VendorErrorCode`]: {
      read: (s) => s.vendorErrorCode,
      type: "String",
      description: "The vendor's own error code",
    },
    [`${group}/Timestamp`]: {
      read: (s) => s.timestamp,
      type: "DateTime",
      description: "Time in the StatusNotification",
    },
  };
}
