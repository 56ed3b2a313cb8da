// Security (OPC 10000-4 §6.1.3): who gets in, with which certificate, and what is told of it.
import { X509Certificate } from "node:crypto";
import { mkdtemp, readFile } from "node:fs/promises";
import { join } from "node:path";
import { MessageSecurityMode, OPCUACertificateManager, OPCUAClient, SecurityPolicy } from "node-opcua";
import { expect } from "vitest";
import { codeOf, type Site } from "./site.ts";
import { check, claimed, elsewhere, notClaimed, type Unit } from "./unit.ts";

const APPLICATION_URI = "urn:conformance:client";
const DAY_MS = 86_400_000;

/** What becomes of a client with a certificate for 30 days, which the server has been told to trust. */
async function knockWith(site: Site, startsInDays = -1, saysItIs?: string): Promise<string> {
  const rootFolder = await mkdtemp(join(site.folder, "client-"));
  const pki = new OPCUACertificateManager({ rootFolder, automaticallyAcceptUnknownCertificate: true });
  await pki.initialize();
  const certificateFile = join(rootFolder, "client.pem");
  await pki.createSelfSignedCertificate({
    applicationUri: APPLICATION_URI,
    dns: ["localhost"],
    subject: { commonName: "client" },
    outputFile: certificateFile,
    startDate: new Date(Date.now() + startsInDays * DAY_MS),
    validity: 30,
  });
  const pem = await readFile(certificateFile, "utf8");
  const trusted = site.fed.ua.server.serverCertificateManager as OPCUACertificateManager;
  await trusted.trustCertificate(new X509Certificate(pem).raw);
  const client = OPCUAClient.create({
    applicationUri: APPLICATION_URI,
    applicationName: "client",
    endpointMustExist: false,
    connectionStrategy: { maxRetry: 0 },
    securityPolicy: SecurityPolicy.Basic256Sha256,
    securityMode: MessageSecurityMode.SignAndEncrypt,
    clientCertificateManager: pki,
    certificateFile,
    privateKeyFile: pki.privateKey,
  });
  // The client would say what its certificate says.
  if (saysItIs !== undefined) Object.assign(client, { _getApplicationUri: () => saysItIs });
  const enter = async (): Promise<void> => {
    await client.connect(site.fed.ua.endpointUrl);
    await client.createSession();
  };
  const code = await codeOf(enter());
  await client.disconnect();
  await pki.dispose();
  return code;
}

const validation = claimed(
  "Security Certificate Validation",
  check("a trusted certificate that is in force lets in", async (site) => {
    expect(await knockWith(site)).toBe("Good");
  }),
  check("one whose time is over, or has not come, does not", async (site) => {
    expect(await knockWith(site, -60)).not.toBe("Good");
    expect(await knockWith(site, 5)).not.toBe("Good");
  }),
  check("one that is not of the application that the client says it is does not (§6.1.3, Table 106)", async (site) => {
    expect(await knockWith(site, -1, "urn:somebody:else")).toBe("BadCertificateUriInvalid");
  }),
  elsewhere("opcua/security.test.ts", "an unknown client is refused and goes to rejected/; once trusted it gets in"),
);

export const security: readonly Unit[] = [
  validation,
  claimed(
    "Security Default ApplicationInstance Certificate",
    elsewhere("opcua/security.test.ts", "the server's own names the application, this host and its addresses"),
  ),
  claimed(
    "Security None CreateSession ActivateSession",
    elsewhere("opcua/security.test.ts", "are None alone when only None is named"),
  ),
  claimed("Security User Name Password", elsewhere("opcua/logins.test.ts", "a password")),
  claimed("Security Invalid user token", elsewhere("opcua/logins.test.ts", "lets nobody in")),
  claimed("Security User X509", elsewhere("opcua/logins.test.ts", "a certificate")),
  claimed(
    "Security Policy Required",
    elsewhere("opcua/security.test.ts", "are Sign and SignAndEncrypt of the policies named"),
  ),
  claimed("Auditing Base", elsewhere("opcua/audits.test.ts", "a login")),
  claimed("Auditing Method", elsewhere("opcua/audits.test.ts", "a call")),
  claimed("Auditing Write", elsewhere("opcua/audits.test.ts", "a write")),
  notClaimed(
    "Push Model for Global Certificate and TrustList Management",
    "certificates are managed in the folder pki/",
  ),
];
