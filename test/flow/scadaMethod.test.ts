// SCADA is called: a charge point's question goes to a method on SCADA's own OPC UA server, and whatever that server does, the charge
// point is answered (INTERFACES §4 (b)).
import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { DataType, StatusCodes, Variant } from "node-opcua";
import type { RPCClient } from "ocpp-rpc";
import { afterEach, describe, expect, it } from "vitest";
import { silentLog, type Log, type LogFields } from "../../src/std/log.ts";
import { eventually } from "../opcua/fixture.ts";
import {
  NAMESPACE,
  listen,
  say,
  startScada,
  type Deciding,
  type ScadaInTest,
  type ScadaOptions,
} from "../opcua/client/scadaInTest.ts";
import { connectChargePoint, openSession, readValue, startBridgeInTest } from "./bridgeInTest.ts";

const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
}, 60_000);

/** Blocked is what the rule says where SCADA has not answered. */
const RULES = `version: 1
rules:
  - { name: the control room, on: Authorize, ask: scada, timeoutSeconds: 2, otherwise: { status: Blocked } }
  - { name: the control room on data, on: DataTransfer, ask: scada, timeoutSeconds: 20, otherwise: { status: Rejected } }
`;

interface Line {
  readonly fields: LogFields;
  readonly message: string;
}

/** A log that keeps its lines. */
function keepingLog(lines: Line[]): Log {
  const keep = (fields: LogFields, message: string): unknown => lines.push({ fields, message });
  // A reason that has been told before is told on level debug.
  const debug: Log["debug"] = (fields, message) => message.startsWith("a decision") && keep(fields, message);
  const log: Log = { ...silentLog, debug, info: keep, warn: keep, error: keep, child: () => log };
  return log;
}

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "ocpp-opcua-test-"));
  cleanUps.push(() => rm(path, { recursive: true, force: true }));
  return path;
}

async function scadaInTest(options: ScadaOptions = {}): Promise<ScadaInTest> {
  const scada = await startScada(await folder(), options);
  cleanUps.push(() => scada.stop());
  return scada;
}

interface Started {
  readonly chargePoint: RPCClient;
  readonly lines: Line[];
  readonly pki: string;
  /** URL on which charge points connect. */
  readonly ocpp: string;
  /** The status that an Authorize is answered. */
  readonly authorize: (idTag?: string) => Promise<unknown>;
  /** Waits until the bridge says so of SCADA's server. */
  readonly until: (state: "connected" | "unreachable") => Promise<unknown>;
  /** The reasons of decisions that did not go as the rules say, in their order. */
  readonly reasons: () => string[];
  readonly stop: () => Promise<void>;
}

async function start(method: object, limits: object = {}): Promise<Started> {
  const directory = await folder();
  const rules = join(directory, "rules.yaml");
  await writeFile(rules, RULES);
  const lines: Line[] = [];
  const data = join(directory, "data");
  await mkdir(data);
  const yaml = `chargePoints: [{ id: CP1 }, { id: CP2 }, { id: CP3 }]
rules: [${rules}]
decisions: { scadaMethod: ${JSON.stringify({ objectId: `nsu=${NAMESPACE};s=Decisions`, methodId: `nsu=${NAMESPACE};s=Decisions.Decide`, ...method })} }
limits: ${JSON.stringify(limits)}
`;
  const started = await startBridgeInTest(yaml, 0, "observer", { data, log: keepingLog(lines) });
  let isStopped = false;
  const stop = async (): Promise<void> => {
    if (!isStopped) await started.stop();
    isStopped = true;
  };
  cleanUps.push(stop);
  const chargePoint = await connectChargePoint(started.ocpp, "CP1");
  cleanUps.push(() => chargePoint.close({ force: true }));
  const opened = await openSession(started.bridge.addresses.opcua);
  cleanUps.push(() => opened.close());
  return {
    chargePoint,
    lines,
    pki: join(data, "pki", "application"),
    ocpp: started.ocpp,
    authorize: async (idTag = "A") => {
      const { idTagInfo } = (await chargePoint.call("Authorize", { idTag })) as { idTagInfo: { status: string } };
      return idTagInfo;
    },
    until: (state) => readValue(opened.session, "/Bridge/ScadaMethodState", state),
    reasons: () =>
      lines.filter(({ message }) => message.startsWith("a decision")).map(({ fields }) => String(fields["reason"])),
    stop,
  };
}

describe("a method on SCADA's own server", () => {
  it(
    "decides: it is asked with the question, and its answer reaches the charge point",
    { timeout: 60_000 },
    async () => {
      const asked: [string, unknown][] = [];
      const scada = await scadaInTest({
        others: 3,
        decide: (action, payload) => {
          asked.push([action, JSON.parse(payload)]);
          return action === "Authorize"
            ? say({ status: "Accepted", parentIdTag: "STAFF", expiryDate: "2035-01-01T00:00:00Z", more: 1 })
            : say({ status: "Accepted", data: "42" });
        },
      });
      const { authorize, until, chargePoint } = await start({ endpoint: scada.endpoint, securityPolicy: "None" });
      await until("connected");
      expect(await authorize("CARD")).toEqual({
        status: "Accepted",
        parentIdTag: "STAFF",
        expiryDate: "2035-01-01T00:00:00Z",
      });
      expect(await chargePoint.call("DataTransfer", { vendorId: "acme", data: "x" })).toEqual({
        status: "Accepted",
        data: "42",
      });
      expect(asked.map(([action]) => action)).toEqual(["Authorize", "DataTransfer"]);
      const deadline: unknown = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/u);
      expect(asked[0]?.[1]).toEqual({
        ChargePointId: "CP1",
        IdTag: "CARD",
        Payload: { idTag: "CARD" },
        Deadline: deadline,
      });
      expect(asked[1]?.[1]).toEqual({
        ChargePointId: "CP1",
        Payload: { vendorId: "acme", data: "x" },
        Deadline: deadline,
      });
      expect(scada.sessions()).toBe(1);
    },
  );

  it.each(["Basic256Sha256", "Aes256_Sha256_RsaPss"])(
    "is called over %s as a user, once somebody has trusted the server",
    { timeout: 90_000 },
    async (securityPolicy) => {
      const scada = await scadaInTest();
      const user = { name: "bridge", password: "s3cret" };
      const { authorize, until, lines, pki, reasons } = await start({ endpoint: scada.endpoint, securityPolicy, user });
      const refused = await eventually(
        () => lines.find(({ message }) => message.startsWith("SCADA's OPC UA server was")),
        30_000,
      );
      expect(refused.message).toContain(join(pki, "trusted", "certs"));
      await eventually(() => lines.some(({ fields }) => String(fields["reason"]).includes("BadCertificateUntrusted")));
      expect(await authorize()).toEqual({ status: "Blocked" });
      expect(reasons()).toEqual([
        expect.stringContaining(
          "SCADA's server cannot be reached: its certificate is refused: BadCertificateUntrusted",
        ),
      ]);
      expect([scada.sessions(), scada.channels()]).toEqual([0, 0]);
      const file = String(refused.fields["file"]);
      await rename(file, join(pki, "trusted", "certs", basename(file)));
      await eventually(() => lines.some(({ message }) => message.startsWith("SCADA's server is connected")), 60_000);
      await until("connected");
      expect(await authorize()).toEqual({ status: "Accepted" });
      expect(scada.users()).toEqual(["bridge"]);
      expect(JSON.stringify(lines)).not.toContain(user.password);
    },
  );

  it("is not called with a password that the server refuses, and says so", { timeout: 60_000 }, async () => {
    const scada = await scadaInTest();
    const user = { name: "bridge", password: "wrong-one" };
    const { authorize, lines, reasons } = await start({ endpoint: scada.endpoint, securityPolicy: "None", user });
    const refused = await eventually(
      () => lines.find(({ message }) => message.startsWith("SCADA's server cannot")),
      30_000,
    );
    expect(refused.fields["reason"]).toMatch(/BadIdentityTokenRejected|BadUserAccessDenied/u);
    expect(await authorize()).toEqual({ status: "Blocked" });
    expect(reasons()).toEqual([expect.stringContaining("SCADA's server cannot be reached: ")]);
    expect(JSON.stringify(lines)).not.toContain(user.password);
    await eventually(() => scada.channels() === 0);
  });

  it(
    "may answer whatever it likes: the charge point gets an answer, and the reason is kept",
    { timeout: 120_000 },
    async () => {
      const scada = await scadaInTest({ limitless: true });
      const { authorize, until, reasons } = await start({ endpoint: scada.endpoint, securityPolicy: "None" });
      await until("connected");
      const output = (dataType: DataType, value: unknown) => ({ outputArguments: [new Variant({ dataType, value })] });
      const nonsense: [reason: string, decide: Deciding][] = [
        ["its Answer is no JSON", () => say("yes, of course")],
        ["its Answer is no JSON", () => say('{"status":"Accepted"')],
        ["has answered with no object", () => say("null")],
        ["has answered with no object", () => say("42")],
        ["must have required property 'status'", () => say({ Status: "Accepted" })],
        ["status must be equal to one of the allowed values", () => say({ status: "Sure" })],
        ["status must be", () => say(`{"status":${"[".repeat(50_000)}${"]".repeat(50_000)}}`)],
        [
          "parentIdTag must NOT have more than 20 characters",
          () => say({ status: "Accepted", parentIdTag: "x".repeat(1000) }),
        ],
        ["expiryDate must", () => say({ status: "Accepted", expiryDate: "tomorrow" })],
        ["its Answer is longer than limits.maxCallBytes, 262144", () => say("x".repeat(262_145))],
        ["it has answered BadNotImplemented", () => ({ statusCode: StatusCodes.BadNotImplemented })],
        ["it has answered BadInternalError", () => ({ statusCode: StatusCodes.BadInternalError })],
        ["the first output of its method is no String", () => ({ statusCode: StatusCodes.Good, outputArguments: [] })],
        [
          "the first output of its method is no String",
          () => ({ statusCode: StatusCodes.Good, ...output(DataType.Int32, 1) }),
        ],
      ];
      // It does not know, which is no fault.
      scada.decide = () => say("");
      expect([await authorize(), reasons()]).toEqual([{ status: "Blocked" }, []]);
      for (const [reason, decide] of nonsense) {
        scada.decide = decide;
        const before = reasons().length;
        expect([reason, await authorize()]).toEqual([reason, { status: "Blocked" }]);
        expect(reasons().slice(before)).toEqual([expect.stringContaining(reason)]);
      }
      scada.decide = () => say({ status: "Invalid", parentIdTag: "P" });
      expect(await authorize()).toEqual({ status: "Invalid", parentIdTag: "P" });
      // What breaks every limit breaks the connection, which comes back.
      scada.decide = () => say("x".repeat(10_000_000));
      expect(await authorize()).toEqual({ status: "Blocked" });
      expect(reasons().at(-1)).toContain("SCADA's server");
      scada.decide = () => say({ status: "Accepted" });
      await eventually(async () => ((await authorize()) as { status: string }).status === "Accepted", 60_000);
      expect(scada.channels()).toBe(1);
    },
  );

  it(
    "may never answer: others are answered meanwhile, and no more calls wait than may",
    { timeout: 90_000 },
    async () => {
      let asked = 0;
      const answers: (() => void)[] = [];
      const scada = await scadaInTest({
        decide: () => {
          asked++;
          return new Promise((resolve) => answers.push(() => resolve(say({ status: "Accepted" }))));
        },
      });
      const { authorize, until, chargePoint, ocpp, reasons } = await start(
        { endpoint: scada.endpoint, securityPolicy: "None" },
        { maxScadaCalls: 2 },
      );
      await until("connected");
      const others = await Promise.all(["CP2", "CP3"].map((id) => connectChargePoint(ocpp, id)));
      cleanUps.push(...others.map((each) => () => each.close({ force: true })));
      const [second, third] = others as [RPCClient, RPCClient];
      const waiting = [second, third].map((each) => each.call("DataTransfer", { vendorId: "acme" }));
      await eventually(() => asked === 2);
      expect(await chargePoint.call("Heartbeat", {})).toHaveProperty("currentTime");
      expect(await authorize()).toEqual({ status: "Blocked" });
      expect(reasons().at(-1)).toContain("limits.maxScadaCalls, 2, calls wait for SCADA's server already");
      expect(asked).toBe(2);
      for (const answer of answers) answer();
      expect(await Promise.all(waiting)).toEqual([{ status: "Accepted" }, { status: "Accepted" }]);
      // Nobody answers this one; its time over, there is room again.
      expect(await authorize()).toEqual({ status: "Blocked" });
      expect(reasons().at(-1)).toContain("has not answered within 2 s");
      scada.decide = () => say({ status: "Accepted" });
      await eventually(async () => ((await authorize()) as { status: string }).status === "Accepted");
      expect(scada.sessions()).toBe(1);
    },
  );

  it("is called again when its server was gone, and nobody waits for it meanwhile", { timeout: 90_000 }, async () => {
    const home = await folder();
    const first = await startScada(home);
    cleanUps.push(() => first.stop());
    const { authorize, until, reasons, chargePoint } = await start({
      endpoint: first.endpoint,
      securityPolicy: "None",
    });
    await until("connected");
    expect(await authorize()).toEqual({ status: "Accepted" });
    await first.stop();
    await until("unreachable");
    expect(await authorize()).toEqual({ status: "Blocked" });
    expect(reasons()).toEqual([expect.stringContaining("SCADA's server cannot be reached: ")]);
    expect(await chargePoint.call("DataTransfer", { vendorId: "acme" })).toHaveProperty("status");
    const second = await startScada(home, { port: first.port, others: 2, decide: () => say({ status: "Expired" }) });
    cleanUps.push(() => second.stop());
    await eventually(async () => ((await authorize()) as { status: string }).status === "Expired", 60_000);
    expect(second.sessions()).toBe(1);
  });

  it("leaves no session, no channel and no thread behind when the bridge stops", { timeout: 60_000 }, async () => {
    const scada = await scadaInTest();
    const { until, stop } = await start({ endpoint: scada.endpoint, securityPolicy: "None" });
    await until("connected");
    expect([scada.sessions(), scada.channels()]).toEqual([1, 1]);
    const before = portsOpen();
    await stop();
    await eventually(() => scada.sessions() === 0 && scada.channels() === 0);
    // The threads of the server, of the store's three files and of the client.
    await eventually(() => before - portsOpen() >= 5);
  });

  it.each([
    ["says nothing", () => {}],
    ["hangs up", (socket: Socket) => socket.destroy()],
    ["sends nonsense", (socket: Socket) => socket.on("data", () => socket.write(Buffer.alloc(1_000_000, "ACKF")))],
    [
      "sends an endless chunk",
      (socket: Socket) => socket.on("data", () => socket.write(Buffer.from("ACKF\xff\xff\xff\x7f", "latin1"))),
    ],
    ["speaks HTTP", (socket: Socket) => socket.on("data", () => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"))],
  ])(
    "may be on a server that %s: charge points are refused at once, and it ends when the bridge stops",
    { timeout: 60_000 },
    async (_, serve) => {
      let connections = 0;
      const server = await listen((socket) => {
        connections++;
        serve(socket);
      });
      cleanUps.push(() => server.stop());
      const { authorize, until, reasons, stop, chargePoint } = await start({ endpoint: server.endpoint });
      await until("unreachable");
      await eventually(() => connections > 0);
      expect(await authorize()).toEqual({ status: "Blocked" });
      expect(reasons()).toEqual([expect.stringContaining("SCADA's server cannot be reached: ")]);
      expect(await chargePoint.call("Heartbeat", {})).toHaveProperty("currentTime");
      await stop();
      await eventually(() => server.open.size === 0);
    },
  );
});

function portsOpen(): number {
  return process.getActiveResourcesInfo().filter((name) => name === "MessagePort").length;
}
