// Which client certificates are let in and which are not, each with the code of its fault (OPC 10000-4 §6.1.3): real clients with certificates of
// authorities made here, known, trusted, revoked, looped.
import { createPrivateKey } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  MessageSecurityMode,
  OPCUACertificateManager,
  OPCUAClient,
  SecurityPolicy,
  type ClientSession,
} from "node-opcua";
import { applicationUri, Authority, clientWish, type Issued } from "../ocpp/certificatesInTest.ts";
import { endpointOptions, startFed, temporaryFolder, type Fed } from "./fixture.ts";

const URI = "urn:test:client";

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let fed: Fed;
let root: Authority;
let other: Authority;
let client: Issued;

beforeAll(async () => {
  folder = await temporaryFolder();
  fed = await startFed(endpointOptions(folder.path, { securityPolicies: ["Basic256Sha256"] }));
  root = await Authority.create("CN=Site Root", { kind: "rsa" });
  other = await Authority.create("CN=Other Root", { kind: "rsa" });
  client = await root.issue(clientWish(URI));
}, 60_000);

afterAll(async () => {
  await fed.ua.stop();
  await folder.clean();
});

const pathOf = (...parts: string[]): string => join(folder.path, "pki", "application", ...parts);
const FOLDERS = ["trusted/certs", "trusted/crl", "issuers/certs", "issuers/crl", "rejected"];
beforeEach(() => {
  for (const name of FOLDERS) {
    rmSync(pathOf(name), { recursive: true, force: true });
    mkdirSync(pathOf(name), { recursive: true });
  }
});

function place(name: string, content: string): void {
  writeFileSync(pathOf(name), content);
}

let count = 0;
function clientWith({ cert, key }: Issued, uri: string): OPCUAClient {
  const own = join(folder.path, `client${++count}`);
  mkdirSync(own);
  writeFileSync(join(own, "cert.pem"), cert);
  writeFileSync(join(own, "key.pem"), createPrivateKey(key).export({ type: "pkcs8", format: "pem" }));
  const made = OPCUAClient.create({
    applicationUri: uri,
    endpointMustExist: false,
    connectionStrategy: { maxRetry: 0 },
    securityMode: MessageSecurityMode.SignAndEncrypt,
    securityPolicy: SecurityPolicy.Basic256Sha256,
    certificateFile: join(own, "cert.pem"),
    privateKeyFile: join(own, "key.pem"),
    clientCertificateManager: new OPCUACertificateManager({
      rootFolder: join(own, "pki"),
      automaticallyAcceptUnknownCertificate: true,
      disableFileWatchers: true,
    }),
    keepSessionAlive: false,
  });
  // It would say what its certificate says.
  (made as unknown as { _getApplicationUri(): string })._getApplicationUri = () => uri;
  return made;
}

async function open(issued: Issued): Promise<{ client: OPCUAClient; session: ClientSession }> {
  const opening = clientWith(issued, URI);
  await opening.connect(fed.ua.endpointUrl);
  return { client: opening, session: await opening.createSession() };
}

/** "Good", or the name of the code with which the server has refused. */
async function knock(issued: Issued, uri: string): Promise<string> {
  const knocking = clientWith(issued, uri);
  try {
    await knocking.connect(fed.ua.endpointUrl);
    const session = await knocking.createSession();
    await session.close();
    return "Good";
  } catch (error) {
    return /Bad[A-Z]\w+/u.exec(String(error))?.[0] ?? String(error);
  } finally {
    await knocking.disconnect();
  }
}

/** What the trust list finds, and what the client is told. */
async function judged(issued: Issued, uri = URI): Promise<readonly [found: string, told: string]> {
  const told = await knock(issued, uri);
  const trustList = fed.ua.server.serverCertificateManager as OPCUACertificateManager;
  const { name } = await trustList.checkCertificate(Buffer.from(issued.certificate.rawData));
  return [name, told];
}

const FAILED = "BadSecurityChecksFailed";
const trustRoot = async (revoked: readonly Issued[] = []): Promise<void> => {
  place("issuers/certs/root.pem", root.issued.cert);
  place("trusted/certs/root.pem", root.issued.cert);
  place("issuers/crl/root.pem", await root.revoke(revoked));
};

describe("a client of an authority", () => {
  it("is let in once the authority is trusted and has a revocation list, and not before", async () => {
    // OPC 10000-4 §6.1.3, Build Certificate Chain, Find Revocation List, Trust List Check.
    expect(await judged(client)).toEqual(["BadCertificateChainIncomplete", FAILED]);
    place("issuers/certs/root.pem", root.issued.cert);
    expect(await judged(client)).toEqual(["BadCertificateRevocationUnknown", "BadCertificateRevocationUnknown"]);
    place("issuers/crl/root.pem", await root.revoke([]));
    expect(await judged(client)).toEqual(["BadCertificateUntrusted", FAILED]);
    place("trusted/certs/root.pem", root.issued.cert);
    expect(await judged(client)).toEqual(["Good", "Good"]);
  });

  it.each([
    ["issuers/crl", "in the place of the list from before", ["issuers/crl/root.pem"]],
    ["issuers/crl", "beside the list from before", ["issuers/crl/newer.pem"]],
    ["trusted/crl", "beside the list from before", ["trusted/crl/root.pem"]],
  ])("is kept out by a list in %s %s, and let in when it is gone", async (_, __, [name = ""]) => {
    await trustRoot();
    const before = await root.revoke([]);
    expect(await judged(client)).toEqual(["Good", "Good"]);
    place(name, await root.revoke([client]));
    expect(await judged(client)).toEqual(["BadCertificateRevoked", FAILED]);
    // Trusted by itself it is revoked all the same.
    place("trusted/certs/client.pem", client.cert);
    expect(await judged(client)).toEqual(["BadCertificateRevoked", FAILED]);
    place(name, before);
    expect(await judged(client)).toEqual(["Good", "Good"]);
  });

  it("has nothing to do with what others have revoked, nor with what is no list", async () => {
    await trustRoot();
    place("trusted/crl/other.pem", await other.revoke([client]));
    place("issuers/crl/garbage.pem", "-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n");
    expect(await judged(client)).toEqual(["Good", "Good"]);
  });

  it("is refused when an authority above it is revoked", async () => {
    const middle = await root.intermediate("CN=Middle");
    const below = await middle.issue(clientWish(URI));
    await trustRoot();
    place("issuers/certs/middle.pem", middle.issued.cert);
    place("trusted/certs/middle.pem", middle.issued.cert);
    place("issuers/crl/middle.pem", await middle.revoke([]));
    expect(await judged(below)).toEqual(["Good", "Good"]);
    place("issuers/crl/root.pem", await root.revoke([middle.issued]));
    expect(await judged(below)).toEqual([FAILED, FAILED]);
  });

  it("is disconnected once it is revoked", async () => {
    await trustRoot();
    const { session, client: connected } = await open(client);
    expect((await session.read({ nodeId: "i=2258" })).statusCode.name).toBe("Good");
    await fed.ua.judgeClients();
    expect((await session.read({ nodeId: "i=2258" })).statusCode.name).toBe("Good");
    place("issuers/crl/root.pem", await root.revoke([client]));
    await fed.ua.judgeClients();
    await expect(session.read({ nodeId: "i=2258" })).rejects.toThrow();
    await connected.disconnect();
  });
});

describe("a hostile or careless client is refused", () => {
  interface Case {
    readonly what: string;
    readonly issued: () => Promise<Issued>;
    readonly answer: readonly [found: string, told: string];
  }
  const cases: readonly Case[] = [
    {
      what: "unknown and signed by itself",
      issued: async () => Authority.selfSigned("CN=Client", clientWish(URI)),
      answer: ["BadCertificateUntrusted", FAILED],
    },
    {
      what: "of an authority that is not known",
      issued: async () => other.issue(clientWish(URI)),
      answer: ["BadCertificateChainIncomplete", FAILED],
    },
    {
      what: "of one who bears the name of the authority",
      issued: async () => (await Authority.create("CN=Site Root", { kind: "rsa" })).issue(clientWish(URI)),
      answer: ["BadCertificateChainIncomplete", FAILED],
    },
    {
      what: "expired",
      issued: async () => root.issue({ ...clientWish(URI), from: -3, until: -1 }),
      answer: ["BadCertificateTimeInvalid", "BadCertificateTimeInvalid"],
    },
    {
      what: "not valid yet",
      issued: async () => root.issue({ ...clientWish(URI), from: 1, until: 3 }),
      answer: ["BadCertificateTimeInvalid", "BadCertificateTimeInvalid"],
    },
    {
      what: "made for another application",
      issued: async () => root.issue(clientWish("urn:another")),
      answer: ["Good", "BadCertificateUriInvalid"],
    },
    {
      what: "not made for an application at all",
      issued: async () => root.issue({ kind: "rsa", extensions: [applicationUri(URI)] }),
      answer: ["Good", "BadCertificateUseNotAllowed"],
    },
    { what: "of a looped chain", issued: loopedClient, answer: [FAILED, FAILED] },
  ];

  it.each(cases)("$what", async ({ issued, answer }) => {
    await trustRoot();
    expect(await judged(await issued())).toEqual(answer);
  });

  /** The two that have signed each other are even trusted. */
  async function loopedClient(): Promise<Issued> {
    const [first, second] = await Authority.loop("rsa");
    for (const [name, { issued }] of Object.entries({ first, second })) {
      place(`issuers/certs/${name}.pem`, issued.cert);
      place(`trusted/certs/${name}.pem`, issued.cert);
    }
    place("issuers/crl/first.pem", await first.revoke([]));
    place("issuers/crl/second.pem", await second.revoke([]));
    return first.issue(clientWish(URI));
  }
});
