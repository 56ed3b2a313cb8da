// The published cases of the security profiles and of the security extension. What needs TLS or signing says so.
import { expect } from "vitest";
import { notCovered, played, playedFromTheStart, type Case, type PlayedCase } from "./case.ts";
import {
  boots,
  connects,
  disconnects,
  isCommanded,
  reconnects,
  reports,
  secondsFromNow,
  sends,
  shows,
  type Step,
} from "./steps.ts";

const accepted = { status: "Accepted" };
const rejected = { status: "Rejected" };
const CERTIFICATE = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
const FIRMWARE = "https://files.example/firmware.bin";
const LOG = "https://files.example/logs/";

/** The password of the charge points of the cases on Basic authentication, and the AuthorizationKey that replaces it. */
const PASSWORD = "a password of ours";
const NEW_KEY = "00112233445566778899AABBCCDDEEFF00112233";

const isRefused: Step = async (station) => {
  await expect(station.connect({ password: PASSWORD }, 1)).rejects.toThrow("Unauthorized");
};

const withPassword = (number: string, title: string, ...steps: readonly Step[]): PlayedCase => ({
  ...playedFromTheStart(number, title, connects({ password: PASSWORD }, 1), boots(), ...steps),
  password: PASSWORD,
});

const authentication: readonly Case[] = [
  withPassword(
    "073",
    "Update Charge Point Password for HTTP Basic Authentication",
    isCommanded("ChangeConfiguration", { key: "AuthorizationKey", value: NEW_KEY }, accepted),
    disconnects(),
    isRefused,
    connects({ password: Buffer.from(NEW_KEY, "hex") }, 1),
    boots(),
    shows({ "State/SecurityProfile": 1 }),
  ),
  withPassword(
    "085",
    "Basic Authentication - Valid username/password combination",
    shows({ "State/SecurityProfile": 1 }),
  ),
  playedFromTheStart(
    "088",
    "WebSocket Subprotocol Negotiation",
    connects({ protocols: ["ocpp2.0.1", "ocpp1.6"] }),
    async ({ protocol }) => expect(protocol).toBe("ocpp1.6"),
    boots(),
    shows({ "State/OcppVersion": "1.6" }),
  ),
];

const hashOf = (hashAlgorithm: string): object => ({
  hashAlgorithm,
  issuerNameHash: "a1a1",
  issuerKeyHash: "b2b2",
  serialNumber: "c3",
});

const installs = (certificateType: string, response: Readonly<Record<string, unknown>> = accepted): Step =>
  isCommanded("InstallCertificate", { certificateType, certificate: CERTIFICATE }, response);

const lists = (certificateType: string, ...found: readonly object[]): Step => {
  const response = found.length === 0 ? { status: "NotFound" } : { status: "Accepted", certificateHashData: found };
  return isCommanded("GetInstalledCertificateIds", { certificateType }, response, {
    InstalledCertificates: (value: unknown) => String(value).includes("serialNumber") === found.length > 0,
  });
};

const central = "CentralSystemRootCertificate";
const manufacturer = "ManufacturerRootCertificate";

const deletes = (algorithm: string): Step[] => [
  installs(central),
  lists(central, hashOf(algorithm)),
  isCommanded("DeleteCertificate", { certificateHashData: hashOf(algorithm) }, accepted),
  lists(central),
];

const tellsEvent = (type: string): Step =>
  sends(
    "SecurityEventNotification",
    () => ({ type, timestamp: new Date().toISOString() }),
    {},
    {
      "State/SecurityEventNotification": (value: unknown) =>
        (JSON.parse(String(value)) as { type: string }).type === type,
    },
  );

const certificates: readonly Case[] = [
  played(
    "075_1",
    "Install a certificate on the Charge Point - ManufacturerRootCertificate",
    installs(manufacturer),
    lists(manufacturer, hashOf("SHA256")),
  ),
  played(
    "075_2",
    "Install a certificate on the Charge Point - CentralSystemRootCertificate",
    installs(central),
    lists(central, hashOf("SHA256")),
  ),
  played("076", "Delete a specific certificate from the Charge Point", ["SHA256", "SHA384", "SHA512"].flatMap(deletes)),
  played(
    "078",
    "Invalid CentralSystemCertificate Security Event",
    installs(central, rejected),
    tellsEvent("InvalidCentralSystemCertificate"),
  ),
];

const REQUEST = 9;

const isUpdated = isCommanded(
  "SignedUpdateFirmware",
  () => ({
    requestId: REQUEST,
    firmware: {
      location: FIRMWARE,
      retrieveDateTime: secondsFromNow(0),
      signingCertificate: CERTIFICATE,
      signature: "c2lnbmF0dXJl",
    },
  }),
  accepted,
  { "Firmware/Location": FIRMWARE },
);

const tells = (...statuses: readonly string[]): Step[] =>
  statuses.map((status) =>
    sends(
      "SignedFirmwareStatusNotification",
      { status, requestId: REQUEST },
      {},
      {
        "State/SignedFirmwareStatusNotification": status,
      },
    ),
  );

const tellsLog = (status: string): Step =>
  sends("LogStatusNotification", { status, requestId: REQUEST }, {}, { "State/LogStatusNotification": status });

const firmwareAndLog: readonly Case[] = [
  played(
    "079",
    "Get Security Log",
    isCommanded(
      "GetLog",
      { logType: "SecurityLog", requestId: REQUEST, log: { remoteLocation: LOG } },
      { status: "Accepted", filename: "security.log" },
      { "Log/FileName": "security.log", "Log/Location": LOG },
    ),
    tellsLog("Uploading"),
    tellsLog("Uploaded"),
  ),
  played(
    "080",
    "Secure Firmware Update",
    isUpdated,
    tells("Downloading", "Downloaded", "SignatureVerified"),
    reports("Unavailable"),
    tells("Installing", "InstallRebooting"),
    reconnects(),
    boots(),
    tellsEvent("FirmwareUpdated"),
    tells("Installed"),
  ),
  played(
    "081",
    "Secure Firmware Update - Invalid Signature",
    isUpdated,
    tells("Downloading", "Downloaded", "InvalidSignature"),
    tellsEvent("InvalidFirmwareSignature"),
  ),
];

const SIGNING = "needs a certificate authority: SignCertificate is answered Rejected";
const TLS = "needs a listener with TLS (security profiles 2 and 3)";

export const security: readonly Case[] = [
  ...authentication,
  ...certificates,
  ...firmwareAndLog,
  notCovered("074", "Update Charge Point Certificate by request of Central System", SIGNING),
  notCovered("077", "Invalid ChargePointCertificate Security Event", SIGNING),
  notCovered("083", "Upgrade Charge Point Security Profile - Accepted", TLS),
  notCovered("086", "TLS - server-side certificate - Valid certificate", TLS),
  notCovered("087", "TLS - Client-side certificate - valid certificate", TLS),
];
