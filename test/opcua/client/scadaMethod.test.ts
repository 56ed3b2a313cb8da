// The thread of the client that calls SCADA's server: it is started again when it has ended, and ended when it no longer answers.
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { openScadaMethod, type ScadaMethodClient } from "../../../src/opcua/client/scadaMethod.ts";
import { systemClock, type Clock } from "../../../src/std/clock.ts";
import { silentLog, type Log } from "../../../src/std/log.ts";
import { HandClock } from "../../ocpp/handClock.ts";
import { eventually, temporaryFolder } from "../fixture.ts";
import { say, startScada } from "./scadaInTest.ts";

const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
}, 60_000);

const QUESTION = { action: "Authorize", chargePointId: "CP1", idTag: "A", payload: { idTag: "A" } } as const;

function open(endpoint: string, dataDirectory: string, clock: Clock, log: Log = silentLog): ScadaMethodClient {
  const method = {
    endpoint,
    objectId: "ns=2;s=Decisions",
    methodId: "ns=2;s=Decisions.Decide",
    securityPolicy: "None",
  };
  const sizes = { maxAnswerBytes: 65_536, maxMessageBytes: 1_048_576 };
  const client = openScadaMethod({
    client: { method, application: { dataDirectory, host: "127.0.0.1", advertisedHosts: [] }, ...sizes },
    maxCalls: 10,
    clock,
    log,
  });
  cleanUps.push(() => client.stop());
  return client;
}

async function folders(): Promise<{ scada: string; data: string }> {
  const folder = await temporaryFolder();
  cleanUps.push(() => folder.clean());
  const data = join(folder.path, "data");
  await mkdir(data);
  return { scada: join(folder.path, "scada"), data };
}

it(
  "is started again while it cannot have its certificate, and refuses at once meanwhile",
  { timeout: 60_000 },
  async () => {
    const { scada: home, data } = await folders();
    const scada = await startScada(home);
    cleanUps.push(() => scada.stop());
    const errors: string[] = [];
    await writeFile(join(data, "pki"), "no folder");
    const log: Log = { ...silentLog, error: (_, message) => errors.push(message) };
    const { ask, isConnected } = open(scada.endpoint, data, systemClock, log);
    await eventually(() => errors.some((message) => message.endsWith("has ended and is started again")), 30_000);
    expect(errors).toContain("the OPC UA client cannot be started");
    const deadline = { at: systemClock.now() + 60_000 };
    await expect(ask(QUESTION, deadline)).rejects.toThrow(
      "SCADA's server cannot be reached: the thread that calls it has ended",
    );
    await rm(join(data, "pki"));
    await eventually(isConnected, 30_000);
    expect(await ask(QUESTION, deadline)).toEqual({ status: "Accepted" });
  },
);

it(
  "is ended when it says nothing of a call long after its time, and the next one calls again",
  { timeout: 60_000 },
  async () => {
    const { scada: home, data } = await folders();
    let asked = 0;
    const scada = await startScada(home, { decide: () => new Promise(() => asked++) });
    cleanUps.push(() => scada.stop());
    const clock = new HandClock();
    const { ask, isConnected } = open(scada.endpoint, data, clock);
    await eventually(isConnected, 30_000);
    const fault = ask(QUESTION, { at: clock.now() + 600_000 }).catch((error: unknown) => String(error));
    await eventually(() => asked === 1);
    clock.move(620_000);
    expect(await fault).toContain("SCADA's server: the thread that calls it has ended");
    scada.decide = () => say({ status: "Blocked" });
    clock.move(2000);
    await eventually(isConnected, 30_000);
    expect(await ask(QUESTION, { at: clock.now() + 60_000 })).toEqual({ status: "Blocked" });
  },
);

it("is not waited for: what is asked before there is a session fails at once", { timeout: 60_000 }, async () => {
  const { data } = await folders();
  const client = open("opc.tcp://127.0.0.1:1", data, systemClock);
  await expect(client.ask(QUESTION, { at: systemClock.now() + 60_000 })).rejects.toThrow(
    "SCADA's server cannot be reached: the first session is being opened",
  );
  await client.stop();
  await expect(client.ask(QUESTION, { at: systemClock.now() + 60_000 })).rejects.toThrow(
    "SCADA's server cannot be reached: the bridge is stopping",
  );
});
