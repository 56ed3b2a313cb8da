// Logging in over OPC UA with a password or a certificate: who gets in as what, who does not, and what becomes of sessions whose account
// changes. Real clients, the real accounts and the real judge of passwords.
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import {
  ActivateSessionRequest,
  AnonymousIdentityToken,
  CloseSessionRequest,
  StatusCodes,
  UserNameIdentityToken,
  UserTokenType,
  type ClientSession,
  type UserIdentityInfo,
} from "node-opcua";
import { afterAll, afterEach, beforeAll, describe, expect, it, test, vi } from "vitest";
import { Accounts } from "../../src/app/accounts.ts";
import { Logins } from "../../src/app/logins.ts";
import type { EndpointOptions } from "../../src/opcua/options.ts";
import { thumbprintOf } from "../../src/opcua/userTrustList.ts";
import { systemClock } from "../../src/std/clock.ts";
import { silentLog, type Log } from "../../src/std/log.ts";
import { hashPassword } from "../../src/std/passwordHash.ts";
import { loginAccountOf, type Account, type AccountRole, type LoginAccount } from "../../src/twin/accounts.ts";
import type { Command, Requester } from "../../src/twin/commands.ts";
import type { VerifyLogin } from "../../src/twin/ports.ts";
import { listen } from "./auditsInTest.ts";
import { call, on } from "./callsInTest.ts";
import {
  connect,
  endpointOptions,
  eventually,
  readValue,
  startFedWith,
  temporaryFolder,
  trustClient,
  twinOf,
  withState,
  type Connected,
  type Fed,
} from "./fixture.ts";
import { makeUserCertificate, type UserCertificate } from "./userCertificate.ts";

const PASSWORD = "correct horse";
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let passwordHash: string;
let fed: Fed | undefined;
let accounts: Accounts;
const open: Connected[] = [];
const lines: string[] = [];
const commands: { command: Command; requester: Requester }[] = [];

beforeAll(async () => {
  folder = await temporaryFolder();
  passwordHash = await hashPassword(PASSWORD);
});

afterEach(async () => {
  for (const { close } of open.splice(0)) await close().catch(() => {});
  await fed?.ua.stop();
  fed = undefined;
  lines.length = commands.length = 0;
});

afterAll(() => folder.clean());

function account(name: string, role: AccountRole, more: Partial<Account> = {}): Account {
  return { name, role, isEnabled: true, createdAt: 0, changedAt: 0, ...more };
}

async function start(
  kept: readonly Account[],
  changed: Partial<EndpointOptions> = {},
  verify?: VerifyLogin,
): Promise<Fed> {
  const write: Log["warn"] = (fields, message) => void lines.push(`${message} ${JSON.stringify(fields)}`);
  const log: Log = { ...silentLog, debug: write, info: write, warn: write, error: write };
  accounts = new Accounts(kept);
  const logins = new Logins({ accounts, clock: systemClock, log, failuresPerMinute: 10 });
  const known = (): readonly LoginAccount[] =>
    Array.from(accounts.all(), loginAccountOf).filter((each) => each !== undefined);
  const options = endpointOptions(folder.path, { anonymousRole: "none", ...changed });
  const running = await startFedWith(options, {
    log: { ...log, child: () => log },
    accounts: known(),
    verify: verify ?? ((attempt) => logins.verify(attempt)),
    command: async (command, requester) => {
      commands.push({ command, requester });
      return { kind: "answered", response: { status: "Accepted" } };
    },
  });
  accounts.watch(() => running.ua.setAccounts(known()));
  fed = running;
  running.publish(undefined, withState(twinOf("C1"), "Connected"));
  return running;
}

type Way = "None" | "Basic256Sha256";

async function login(user: UserIdentityInfo | undefined, way: Way = "None"): Promise<ClientSession> {
  const connected = await connect((fed as Fed).ua.endpointUrl, folder.path, way, user);
  open.push(connected);
  return connected.session;
}

const withPassword = (userName: string, password = PASSWORD): UserIdentityInfo => ({
  type: UserTokenType.UserName,
  userName,
  password,
});

const withCertificate = ({ der, privateKey }: UserCertificate): UserIdentityInfo => ({
  type: UserTokenType.Certificate,
  certificateData: der,
  // oxlint-disable-next-line typescript/no-deprecated -- the way that the library prefers is not exported by it
  privateKey,
});

async function statusOf(attempt: Promise<unknown>): Promise<string> {
  return attempt.then(
    () => "Good",
    (error: unknown) => /Bad[A-Za-z0-9]+/u.exec(String(error))?.[0] ?? String(error),
  );
}

function transact(session: ClientSession, request: object): Promise<unknown> {
  const raw = session as unknown as { performMessageTransaction(asked: object): Promise<unknown> };
  return raw.performMessageTransaction(request);
}

const clearCache = on("C1", "ClearCache");

describe("a password", () => {
  test.each(["None", "Basic256Sha256"] as const)("lets its user in over %s, and as whom is told", async (way) => {
    await start([account("Anna", "operator", { passwordHash })]);
    if (way !== "None") await trustClient(fed as Fed, folder.path);
    const session = await login(withPassword("anna"), way);
    expect((await readValue(session, "C1/ClientId")).value.value).toBe("C1");
    expect((await call(session, clearCache)).status).toBe("Good");
    expect(commands.map(({ requester }) => requester)).toEqual([
      { via: "method", role: "operator", user: "Anna", isPrivate: true },
    ]);
  });

  test.each<[string, string, string, Partial<Account>]>([
    ["that is wrong", "anna", "correct horsf", {}],
    ["that is empty", "anna", "", {}],
    ["of nobody", "otto", PASSWORD, {}],
    ["of a user that is not enabled", "anna", PASSWORD, { isEnabled: false }],
    ["of a user that has none", "anna", PASSWORD, { passwordHash: undefined as never }],
    ["of anonymous", "anonymous", PASSWORD, {}],
  ])("%s lets nobody in", async (_, name, password, more) => {
    await start([account("anna", "administrator", { passwordHash, ...more })]);
    expect(await statusOf(login(withPassword(name, password)))).toMatch(
      /^Bad(UserAccessDenied|IdentityTokenInvalid)$/u,
    );
    expect(JSON.stringify(lines)).not.toContain("horse");
  });

  it("in clear is refused on every endpoint, and appears in no line of the log", async () => {
    const clear = (policyId: string | null) =>
      new UserNameIdentityToken({
        policyId,
        userName: "anna",
        password: Buffer.from(PASSWORD),
        encryptionAlgorithm: null,
      });
    await start([account("anna", "administrator", { passwordHash })]);
    const { server } = (fed as Fed).ua;
    const tokens = server.endpoints
      .flatMap((endpoint) => endpoint.endpointDescriptions())
      .flatMap(({ userIdentityTokens }) => userIdentityTokens ?? []);
    for (const policyId of new Set([null, ...tokens.map((each) => each.policyId)])) {
      server.prependListener("request", (request: unknown) => {
        if (request instanceof ActivateSessionRequest) request.userIdentityToken = clear(policyId);
      });
      expect(await statusOf(login(withPassword("anna")))).toBe("BadIdentityTokenInvalid");
    }
    expect(JSON.stringify(lines)).not.toContain(Buffer.from(PASSWORD).toString("hex").slice(0, 8));
    expect(JSON.stringify(lines)).not.toContain("horse");
  });
});

describe("what says who a client is", () => {
  /** What an ActivateSession is answered whose token was changed on its way. */
  async function statusWith(change: (token: UserNameIdentityToken) => void): Promise<string> {
    const { server } = (fed as Fed).ua;
    const tamper = (request: unknown): void => {
      if (request instanceof ActivateSessionRequest) change(request.userIdentityToken as UserNameIdentityToken);
    };
    server.prependListener("request", tamper);
    const status = await statusOf(login(withPassword("anna")));
    server.off("request", tamper);
    return status;
  }

  test.each<[string, (token: UserNameIdentityToken) => void]>([
    ["a user name", (token) => void (token.userName = "x".repeat(100_000))],
    ["a password", (token) => void (token.password = Buffer.concat(Array(20).fill(token.password)))],
    ["a policy", (token) => void (token.policyId = "x".repeat(100_000))],
    ["an algorithm", (token) => void (token.encryptionAlgorithm = "x".repeat(100_000))],
  ])("is not decrypted, kept or told when it has %s without end", async (_, change) => {
    await start([account("anna", "administrator", { passwordHash })]);
    const administrator = await login(withPassword("anna"));
    const seen = await listen(administrator);
    const { server } = (fed as Fed).ua;
    const decrypt = vi.spyOn(server as never, "userNameIdentityTokenAuthenticateUser");
    expect(await statusWith(change)).toBe("BadIdentityTokenInvalid");
    expect(decrypt).not.toHaveBeenCalled();
    const told = await eventually(() => seen.find((audit) => audit["Status"] === false));
    expect(JSON.stringify(told).length).toBeLessThan(4000);
  });

  it("is looked at once at a time for each session", async () => {
    await start([account("anna", "administrator", { passwordHash })]);
    const session = await login(withPassword("anna"));
    const { userIdentityToken } = [...(fed as Fed).ua.server.engine.getSessions()][0]!;
    const requests = Array.from(
      { length: 5 },
      () => new ActivateSessionRequest({ userIdentityToken: userIdentityToken! }),
    );
    const answers = await Promise.all(requests.map((request) => statusOf(transact(session, request))));
    expect(answers.filter((status) => status === "BadTooManyOperations")).toHaveLength(4);
  });

  it("is not called wrong when too many others wait", async () => {
    await start([account("anna", "administrator", { passwordHash })], {}, async () => ({ kind: "busy" }));
    expect(await statusOf(login(withPassword("anna")))).toBe("BadServerTooBusy");
  });
});

describe("a certificate", () => {
  it("lets the user in whose it is, whatever name stands in it", async () => {
    const certificate = await makeUserCertificate(folder.path, "administrator");
    const thumbprint = thumbprintOf(certificate.der);
    await start([
      account("administrator", "administrator", { passwordHash }),
      account("bert", "observer", { certificate: thumbprint }),
    ]);
    const session = await login(withCertificate(certificate));
    expect((await readValue(session, "C1/ClientId")).value.value).toBe("C1");
    expect((await call(session, clearCache)).status).toBe("BadUserAccessDenied");
    await call(session, on("C1", "GetConfiguration"));
    expect(commands).toEqual([]);
  });

  it("that nobody has goes to rejected/, and the log says what to do", async () => {
    await start([account("anna", "administrator", { passwordHash })]);
    const stranger = await makeUserCertificate(folder.path, "anna");
    expect(await statusOf(login(withCertificate(stranger)))).toBe("BadIdentityTokenRejected");
    expect(await readdir(join(folder.path, "pki", "users", "rejected"))).not.toEqual([]);
    expect(lines.join()).toContain("ocpp-opcua users certificate NAME FILE");
  });

  it.each([
    ["has expired", { startDate: new Date("2020-01-01"), validityDays: 30 }],
    ["is not yet valid", { startDate: new Date(Date.now() + 86_400_000), validityDays: 30 }],
  ])("that %s lets nobody in", async (_, validity) => {
    const certificate = await makeUserCertificate(folder.path, "bert", validity);
    await start([account("bert", "observer", { certificate: thumbprintOf(certificate.der) })]);
    expect(await statusOf(login(withCertificate(certificate)))).toBe("BadIdentityTokenRejected");
  });

  it("without its key lets nobody in", async () => {
    const certificate = await makeUserCertificate(folder.path, "bert");
    const { privateKey } = await makeUserCertificate(folder.path, "bert");
    await start([account("bert", "observer", { certificate: thumbprintOf(certificate.der) })]);
    expect(await statusOf(login(withCertificate({ ...certificate, privateKey })))).toBe("BadUserSignatureInvalid");
  });

  it("of a user that is not enabled lets nobody in", async () => {
    const certificate = await makeUserCertificate(folder.path, "bert");
    await start([account("bert", "observer", { certificate: thumbprintOf(certificate.der), isEnabled: false })]);
    expect(await statusOf(login(withCertificate(certificate)))).toBe("BadIdentityTokenRejected");
  });
});

describe("a session", () => {
  it.each<[string, (before: Account) => Account | undefined]>([
    ["is removed", () => undefined],
    ["is disabled", (before) => ({ ...before, isEnabled: false })],
    [
      "has another password",
      (before) => ({ ...before, passwordHash: before.passwordHash?.replace("p=3$", "p=3$AA") ?? "" }),
    ],
  ])("ends with its subscriptions when its account %s", async (_, wanted) => {
    await start([account("anna", "engineer", { passwordHash })]);
    const session = await login(withPassword("anna"));
    await session.createSubscription2({ requestedPublishingInterval: 50 });
    const { engine } = (fed as Fed).ua.server;
    expect([engine.currentSessionCount, engine.currentSubscriptionCount]).toEqual([1, 1]);
    await accounts.change("anna", wanted);
    expect([engine.currentSessionCount, engine.currentSubscriptionCount]).toEqual([0, 0]);
    // The client would go on to try to get its session back.
    await open.pop()?.client.disconnect();
  });

  it("has at once the rights of another role, and its variables and methods say so", async () => {
    await start([account("anna", "engineer", { passwordHash })]);
    const session = await login(withPassword("anna"));
    expect((await call(session, on("C1", "GetConfiguration"))).status).toBe("Good");
    await accounts.change("anna", (before) => ({ ...before, role: "observer" }));
    expect((await call(session, on("C1", "GetConfiguration"))).status).toBe("BadUserAccessDenied");
    expect((await readValue(session, "C1/ClientId")).statusCode).toBe(StatusCodes.Good);
  });
});

describe("sessions without a login", () => {
  it("leave room for users, and those that were never activated make way", async () => {
    const limits = { ...endpointOptions("").limits, maxSessions: 4 };
    await start([account("anna", "observer", { passwordHash })], { anonymousRole: "observer", limits });
    for (let count = 0; count < 3; count++) await login(undefined);
    expect(await statusOf(login(undefined))).toBe("BadTooManySessions");
    const session = await login(withPassword("anna"));
    expect((await readValue(session, "C1/ClientId")).value.value).toBe("C1");
    const first = open.shift();
    await first?.close();
    const again = await eventually(() => login(undefined).catch(() => undefined));
    expect((await readValue(again, "C1/ClientId")).value.value).toBe("C1");
  });

  it("are not counted any more when they were closed while they were being activated", async () => {
    const limits = { ...endpointOptions("").limits, maxSessions: 4 };
    await start([account("anna", "observer", { passwordHash })], { anonymousRole: "observer", limits });
    for (let count = 0; count < 3; count++) {
      const session = await login(undefined);
      const activate = new ActivateSessionRequest({
        userIdentityToken: new AnonymousIdentityToken({ policyId: null }),
      });
      const close = new CloseSessionRequest({ deleteSubscriptions: true });
      await Promise.all([activate, close].map((request) => statusOf(transact(session, request))));
      await open.pop()?.client.disconnect();
    }
    for (let count = 0; count < 3; count++) await login(undefined);
  });
});
