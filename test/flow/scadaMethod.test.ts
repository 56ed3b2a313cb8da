// SCADA is called: a charge point's question goes to a method on SCADA's own OPC UA server, and whatever that server does, the charge
// point is answered (INTERFACES §4 (b)).
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DataType, StatusCodes, Variant } from "node-opcua";
import type { RPCClient } from "ocpp-rpc";
import { afterEach, describe, expect, it } from "vitest";
import { silentLog, type Log, type LogFields } from "../../src/std/log.ts";
import { eventually } from "../opcua/fixture.ts";
import { NAMESPACE, listen, say, startScada, type ScadaInTest } from "../opcua/client/scadaInTest.ts";
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
  const log: Log = { ...silentLog, info: keep, warn: keep, error: keep, child: () => log };
  return log;
}

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "ocpp-opcua-test-"));
  cleanUps.push(() => rm(path, { recursive: true, force: true }));
  return path;
}

async function scadaInTest(
  ...options: Parameters<typeof startScada> extends [string, ...infer Rest] ? Rest : never
): Promise<ScadaInTest> {
  const scada = await startScada(await folder(), ...options);
  cleanUps.push(() => scada.stop());
  return scada;
}

interface Started {
  readonly chargePoint: RPCClient;
  readonly lines: Line[];
  readonly pki: string;
  readonly opcua: string;
  /** The status that an Authorize is answered. */
  authorize(idTag?: string): Promise<unknown>;
  /** Waits until the bridge says so of SCADA's server. */
  until(state: "connected" | "unreachable"): Promise<unknown>;
  /** The reasons of decisions that did not go as the rules say, in their order. */
  reasons(): string[];
  stop(): Promise<void>;
}

async function start(method: object, limits: object = {}): Promise<Started> {
  const directory = await folder();
  const rules = join(directory, "rules.yaml");
  await writeFile(rules, RULES);
  const lines: Line[] = [];
  const data = join(directory, "data");
  await mkdir(data);
  const yaml = `chargePoints: [{ id: CP1 }]
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
  cleanUps.push(() => chargePoint.close({ force: true } as never));
  const { session, close } = await openSession(started.bridge.addresses.opcua);
  cleanUps.push(close);
  return {
    chargePoint,
    lines,
    pki: join(data, "pki", "application"),
    opcua: started.bridge.addresses.opcua,
    authorize: async (idTag = "A") => {
      const { idTagInfo } = (await chargePoint.call("Authorize", { idTag })) as { idTagInfo: { status: string } };
      return idTagInfo;
    },
    until: (state) => readValue(session, "/Bridge/ScadaMethodState", state),
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
});
