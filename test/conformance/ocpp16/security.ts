// The published cases of the security profiles and of the security extension, with certificates that authorities of the test have signed.
import { createPrivateKey, X509Certificate } from "node:crypto";
import { expect } from "vitest";
import type { HashAlgorithmEnumType } from "../../../src/schema/ocpp16.generated.ts";
import { hashDataOf } from "../../../src/simulator/certificates.ts";
import { makeRequest } from "../../ocpp/certificatesInTest.ts";
import { played, playedFromTheStart, type Case } from "./case.ts";
import type { Authorities, Payload, SecurityProfile, Station } from "./station.ts";
import {
  boots,
  connects,
  disconnects,
  isCommanded,
  ORGANIZATION,
  reconnects,
  reports,
  secondsFromNow,
  sends,
  shows,
  type Known,
  type Step,
} from "./steps.ts";

const accepted = { status: "Accepted" };
const rejected = { status: "Rejected" };
const FIRMWARE = "https://files.example/firmware.bin";
const LOG = "https://files.example/logs/";

/** The password of the charge points of the cases on Basic authentication, and the AuthorizationKey that replaces it. */
const PASSWORD = "a password of ours";
const NEW_KEY = "00112233445566778899AABBCCDDEEFF00112233";

const isRefused: Step = async (station) => {
  await expect(station.connect({ password: PASSWORD }, 1)).rejects.toThrow("Unauthorized");
};

const withPassword = (
  securityProfile: SecurityProfile,
  number: string,
  title: string,
  ...steps: readonly Step[]
): Case => ({
  ...playedFromTheStart(number, title, connects({ password: PASSWORD }, securityProfile), boots(), ...steps),
  password: PASSWORD,
});

const subjectOf = ({ id }: Station): string => `CN=${id}, O=${ORGANIZATION}`;

const hasCertificate: Step = async (station) => {
  station.certificate = await station.authorities.chargePoints.issue({ subject: subjectOf(station) });
};

const withCertificate = (number: string, title: string, ...steps: readonly Step[]): Case =>
  playedFromTheStart(number, title, hasCertificate, connects({}, 3), boots(), ...steps);

const authentication: readonly Case[] = [
  withPassword(
    1,
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
    1,
    "083",
    "Upgrade Charge Point Security Profile - Accepted",
    isCommanded("ChangeConfiguration", { key: "SecurityProfile", value: "2" }, accepted),
    isCommanded("Reset", { type: "Hard" }, accepted),
    disconnects(),
    connects({ password: PASSWORD }, 2),
    boots(),
    shows({ "State/SecurityProfile": 2 }),
    disconnects(),
    isRefused,
  ),
  withPassword(
    1,
    "085",
    "Basic Authentication - Valid username/password combination",
    shows({ "State/SecurityProfile": 1 }),
  ),
  withPassword(2, "086", "TLS - server-side certificate - Valid certificate", shows({ "State/SecurityProfile": 2 })),
  withCertificate("087", "TLS - Client-side certificate - valid certificate", shows({ "State/SecurityProfile": 3 })),
  playedFromTheStart(
    "088",
    "WebSocket Subprotocol Negotiation",
    connects({ protocols: ["ocpp2.0.1", "ocpp1.6"] }),
    async ({ protocol }) => expect(protocol).toBe("ocpp1.6"),
    boots(),
    shows({ "State/OcppVersion": "1.6" }),
  ),
];

/** The root that a charge point is given for what it has to check. */
const roots = {
  CentralSystemRootCertificate: "central",
  ManufacturerRootCertificate: "manufacturer",
} as const satisfies Readonly<Record<string, keyof Authorities>>;
type Root = keyof typeof roots;

/** As the charge point names the certificate when it is asked what it has. */
const hashOf =
  (root: Root, hashAlgorithm: HashAlgorithmEnumType) =>
  ({ authorities }: Station): Payload => {
    const found = hashDataOf(new X509Certificate(authorities[roots[root]].issued.cert), hashAlgorithm);
    return { ...found };
  };

const installs = (
  certificateType: Root,
  response: Payload = accepted,
  authority: keyof Authorities = roots[certificateType],
): Step =>
  isCommanded(
    "InstallCertificate",
    ({ authorities }) => ({ certificateType, certificate: authorities[authority].issued.cert }),
    response,
    { "State/InstallCertificate": `${String(response["status"])}: ${certificateType}` },
  );

const lists = (certificateType: Root, hashAlgorithm: HashAlgorithmEnumType): Step => {
  const hash = hashOf(certificateType, hashAlgorithm);
  const response: Known<Payload> = (station) => ({ status: "Accepted", certificateHashData: [hash(station)] });
  return isCommanded("GetInstalledCertificateIds", { certificateType }, response, (station) => ({
    InstalledCertificates: (value: unknown) => String(value).includes(String(hash(station)["issuerKeyHash"])),
  }));
};

const listsNone = (certificateType: Root): Step =>
  isCommanded(
    "GetInstalledCertificateIds",
    { certificateType },
    { status: "NotFound" },
    { InstalledCertificates: (value: unknown) => !String(value).includes("serialNumber") },
  );

const central = "CentralSystemRootCertificate";
const manufacturer = "ManufacturerRootCertificate";

const deletes = (algorithm: HashAlgorithmEnumType): Step[] => [
  installs(central),
  lists(central, algorithm),
  isCommanded(
    "DeleteCertificate",
    (station) => ({ certificateHashData: hashOf(central, algorithm)(station) }),
    accepted,
  ),
  listsNone(central),
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

const isTriggered = isCommanded("ExtendedTriggerMessage", { requestedMessage: "SignChargePointCertificate" }, accepted);

/** Makes a new key, asks for a certificate, gets one that fits, and answers it so. */
const isSigned = (response: Payload): Step => {
  return async (station) => {
    const { csr, key } = await makeRequest(subjectOf(station));
    station.willAnswer(response);
    expect(await station.call("SignCertificate", { csr })).toEqual(accepted);
    const cert = String((await station.wasAsked("CertificateSigned"))["certificateChain"]);
    const certificate = new X509Certificate(cert);
    expect(certificate.checkPrivateKey(createPrivateKey(key))).toBe(true);
    expect(certificate.checkIssued(new X509Certificate(station.authorities.chargePoints.issued.cert))).toBe(true);
    if (response === accepted) station.certificate = { cert, key };
  };
};

const certificates: readonly Case[] = [
  withCertificate(
    "074",
    "Update Charge Point Certificate by request of Central System",
    isTriggered,
    isSigned(accepted),
    shows({ "State/SignCertificate": "Accepted", "State/CertificateSigned": "Accepted" }),
    disconnects(),
    connects({}, 3),
    boots(),
    shows({ "State/SecurityProfile": 3 }),
  ),
  played(
    "075_1",
    "Install a certificate on the Charge Point - ManufacturerRootCertificate",
    installs(manufacturer),
    lists(manufacturer, "SHA256"),
  ),
  played(
    "075_2",
    "Install a certificate on the Charge Point - CentralSystemRootCertificate",
    installs(central),
    lists(central, "SHA256"),
  ),
  played(
    "076",
    "Delete a specific certificate from the Charge Point",
    (["SHA256", "SHA384", "SHA512"] as const).flatMap(deletes),
  ),
  withCertificate(
    "077",
    "Invalid ChargePointCertificate Security Event",
    isTriggered,
    isSigned(rejected),
    shows({ "State/CertificateSigned": "Rejected" }),
    tellsEvent("InvalidChargePointCertificate"),
  ),
  played(
    "078",
    "Invalid CentralSystemCertificate Security Event",
    installs(central, rejected, "expired"),
    tellsEvent("InvalidCentralSystemCertificate"),
  ),
];

const REQUEST = 9;

const isUpdated = isCommanded(
  "SignedUpdateFirmware",
  ({ authorities }) => ({
    requestId: REQUEST,
    firmware: {
      location: FIRMWARE,
      retrieveDateTime: secondsFromNow(0),
      signingCertificate: authorities.manufacturer.issued.cert,
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

export const security: readonly Case[] = [...authentication, ...certificates, ...firmwareAndLog];
