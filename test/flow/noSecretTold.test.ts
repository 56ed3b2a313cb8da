// Not one secret of a whole day stands anywhere: the executable at its most talkative, and every password, key and token that charge points,
// users and SCADA hand it, looked for in its log, its answers, its downloads, its files and its backup.
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { OPCUAClient, UserTokenType } from "node-opcua";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Workplace, type Program } from "../cli/programInTest.ts";
import { BrowserInTest, type Answered } from "../hmi/browserInTest.ts";
import { call, on, text } from "../opcua/callsInTest.ts";
import { connectChargePoint, openSession } from "./bridgeInTest.ts";

const workplace = new Workplace();
afterAll(() => workplace.clean());

/** Each as it is handed over; none of them may be found again. */
const secrets = {
  ofSettings: "s3ttingsPassw0rd",
  ofChargePoint: "0f1e2d3c4b5a69788796a5b4c3d2e1f001020304",
  newKey: "aabbccddeeff00112233445566778899aabbccdd",
  wrongOfChargePoint: "wr0ngOfTheChargePoint",
  ofUser: "c0rrectH0rseBattery",
  wrongOfUser: "wr0ngOfTheUser99",
  inUrl: "ftpS3cretInTheUrl",
  token: "t0kenOfTheUpload77",
  ofVendorKey: "w1fiPassphrase4711",
};

const YAML = `ocpp:
  listeners: [{ host: 127.0.0.1, port: 0, securityProfile: 1 }]
opcua: { host: 127.0.0.1, port: 0, securityPolicies: [None, Basic256Sha256], anonymousRole: administrator }
hmi: { host: 127.0.0.1, port: 0, metricsOpen: true, }
store: { directory: secrets, messageLog: { keep: all } }
chargePoints:
  - { id: CP001, connectors: 1, password: ${secrets.ofSettings} }
`;

let config: string;
let bridge: Program;
let addresses: { readonly ocpp: readonly string[]; readonly opcua: string; readonly hmi: string };
/** What an administrator reads. */
const paths = [
  "/api/charge-points",
  "/api/charge-points/CP001/values",
  "/api/messages?limit=200",
  "/api/messages.jsonl",
  "/api/transactions",
  "/api/transactions.csv",
  "/api/clients",
  "/api/users",
  "/api/certificates",
  "/api/commands",
  "/api/rules",
  "/api/datapoints",
  "/metrics",
  "/readyz",
];

/** What was said to the outside, by where. */
const said = new Map<string, string>();

beforeAll(async () => {
  config = workplace.write("secrets.yaml", YAML);
  const added = await workplace.run(
    ["users", "add", "anna", "--role", "administrator", "--password-stdin", "--config", config],
    {},
    secrets.ofUser,
  );
  expect(added.code).toBe(0);
  bridge = workplace.start(["run", "--config", config, "--log-level", "debug"]);
  await bridge.says("ready ");
  addresses = JSON.parse(/^ready (.*)$/mu.exec(bridge.out)?.[1] ?? "") as typeof addresses;
}, 180_000);

/** Notes an answer of the page, which has to be the one that is expected. */
function note(path: string, { status, headers, body }: Answered, expected = 200): void {
  expect([path, status]).toEqual([path, expected]);
  said.set(`${path} ${status}`, JSON.stringify([[...headers], body]));
}

function noteFile(path: string): void {
  said.set(relative(workplace.folder, path), readFileSync(path, "latin1"));
}

async function logInByOpcUa(password: string): Promise<string> {
  const client = OPCUAClient.create({ endpointMustExist: false, connectionStrategy: { maxRetry: 0 } });
  try {
    await client.connect(addresses.opcua);
    const session = await client.createSession({ type: UserTokenType.UserName, userName: "anna", password });
    await session.close();
    return "in";
  } catch (error) {
    return String(error);
  } finally {
    await client.disconnect();
  }
}

async function chargePointsDay(): Promise<void> {
  const url = addresses.ocpp[0] ?? "";
  await expect(connectChargePoint(url, "CP001", { password: secrets.wrongOfChargePoint })).rejects.toThrow();
  const chargePoint = await connectChargePoint(url, "CP001", { password: secrets.ofSettings, strictMode: false });
  chargePoint.handle(({ method }) =>
    Promise.resolve(
      method === "GetConfiguration"
        ? {
            configurationKey: [
              { key: "AuthorizationKey", readonly: false, value: secrets.ofChargePoint },
              { key: "WifiPassword", readonly: false, value: secrets.ofVendorKey },
            ],
          }
        : { status: "Accepted" },
    ),
  );
  await chargePoint.call("BootNotification", { chargePointVendor: "V", chargePointModel: "M" });
  const scada = await openSession(addresses.opcua);
  const orders: readonly (readonly [string, object])[] = [
    ["GetConfiguration", {}],
    ["ChangeConfiguration", { key: "WifiPassword", value: secrets.ofVendorKey }],
    ["GetDiagnostics", { location: `ftp://ann:${secrets.inUrl}@127.0.0.1/logs` }],
    [
      "UpdateFirmware",
      { location: `https://127.0.0.1/f?token=${secrets.token}`, retrieveDate: "2026-01-01T00:00:00Z" },
    ],
  ];
  for (const [action, payload] of orders) {
    const { status } = await call(scada.session, on("CP001", "Call", [text(action), text(JSON.stringify(payload))]));
    expect([action, status]).toEqual([action, "Good"]);
  }
  await scada.close();
  const key = ["CP001", "ChangeConfiguration", "--key", "AuthorizationKey", "--value", secrets.newKey];
  const sent = await workplace.run(["send", ...key, "--config", config]);
  said.set("send", sent.out + sent.errors);
  expect(sent.code).toBe(0);
  await chargePoint.call("StopTransaction", {
    transactionId: 1,
    meterStop: 0,
    timestamp: "2026-01-01T00:00:00Z",
    idTag: "TAG",
  });
  await chargePoint.close();
  await (await connectChargePoint(url, "CP001", { password: Buffer.from(secrets.newKey, "hex") })).close();
}

/** A secret as it was handed over, as a header of Basic authentication has it, and a key as its bytes. */
const formsOf = (secret: string): string[] => [
  secret.toLowerCase(),
  Buffer.from(`CP001:${secret}`).toString("base64").toLowerCase(),
  Buffer.from(secret).toString("base64").replaceAll("=", "").toLowerCase(),
  ...(/^[0-9a-f]{40}$/u.test(secret) ? [Buffer.from(secret, "hex").toString("latin1").toLowerCase()] : []),
];

function found(all: string): string[] {
  const lower = all.toLowerCase();
  return Object.entries(secrets)
    .filter(([, secret]) => formsOf(secret).some((form) => lower.includes(form)))
    .map(([name]) => name);
}

describe("a secret", () => {
  it("is seen where it stands", () => {
    const key = Buffer.from(secrets.newKey, "hex").toString("latin1");
    const header = `Authorization: Basic ${Buffer.from(`CP001:${secrets.wrongOfChargePoint}`).toString("base64")}`;
    expect(found([YAML, key, header].join("\n"))).toEqual(["ofSettings", "newKey", "wrongOfChargePoint"]);
  });

  it("that was handed over is found nowhere again", { timeout: 180_000 }, async () => {
    await chargePointsDay();
    expect(await logInByOpcUa(secrets.ofUser)).toBe("in");
    said.set("login by OPC UA", await logInByOpcUa(secrets.wrongOfUser));
    const page = new BrowserInTest(addresses.hmi);
    note("/api/login", await page.logIn("anna", secrets.wrongOfUser), 401);
    note("/api/login", await page.logIn("anna", secrets.ofUser));
    for (const path of paths) note(path, await page.get(path));
    const messages = await workplace.run(["messages", "--json", "--config", config]);
    expect(messages.out).toContain("AuthorizationKey");
    said.set("messages", messages.out + messages.errors);
    const copied = await workplace.run(["backup", "--output", join(workplace.folder, "copy"), "--config", config]);
    expect([copied.code, copied.errors]).toEqual([0, expect.any(String)]);
    said.set("backup", copied.out + copied.errors);
    bridge.signal("SIGTERM");
    const { code, out, errors } = await bridge.ended();
    expect(code).toBe(0);
    said.set("standard output", out).set("the log", errors);
    expect(errors).toContain("CP001");

    for (const folder of ["secrets", "copy"])
      for (const entry of readdirSync(join(workplace.folder, folder), { withFileTypes: true, recursive: true }))
        if (entry.isFile()) noteFile(join(entry.parentPath, entry.name));
    expect([...said.keys()]).toEqual(expect.arrayContaining(["secrets/state.db", "secrets/messages.db"]));
    const leaks = [...said].flatMap(([where, all]) => found(all).map((secret) => `${secret} in ${where}`));
    expect(leaks).toEqual([]);
  });
});
