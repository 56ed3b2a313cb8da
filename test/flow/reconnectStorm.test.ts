// A storm: all charge points come back at once, as after an outage. More come than are let in within a second, so that some are told to come
// later; none is lost, and who was there already notices nothing. The bench `reconnectStorm` has the figures for 2,000.
import { AttributeIds, StatusCodes, type ClientSession } from "node-opcua";
import { afterEach, expect, it } from "vitest";
import type WebSocket from "ws";
import { ask, comeBack, type Returned } from "../bench/returningChargePoint.ts";
import { openSession, startBridgeInTest } from "./bridgeInTest.ts";

const RETURNING = 300;
const WITNESSES = 10;

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

const ids = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}${String(index).padStart(3, "0")}`);
const returning = ids("CP", RETURNING);
const witnesses = ids("WITNESS", WITNESSES);

const SHOWN = ["State/Status", "Connector1/Status/Status"];

async function start(): Promise<{ url: string; session: ClientSession }> {
  const register = [...returning, ...witnesses].map((id) => `  - { id: ${id}, connectors: 1 }`);
  const bridge = await startBridgeInTest(`limits: { acceptsPerSecond: 60 }\nchargePoints:\n${register.join("\n")}\n`);
  cleanUps.push(() => bridge.stop());
  const opened = await openSession(bridge.bridge.addresses.opcua);
  cleanUps.push(() => opened.close());
  return { url: bridge.ocpp, session: opened.session };
}

async function back(url: string, id: string): Promise<Returned> {
  const returned = await comeBack(`${url}/${id}`);
  cleanUps.push(() => returned.socket.terminate());
  return returned;
}

/** The qualities of all charge points that came back. */
async function qualities(session: ClientSession): Promise<Set<string>> {
  const nodes = returning.flatMap((id) => SHOWN.map((path) => `ns=4;s=${id}/${path}`));
  const values = await session.read(nodes.map((nodeId) => ({ nodeId, attributeId: AttributeIds.Value })));
  return new Set(values.map(({ statusCode }) => statusCode.name));
}

/** Heartbeats one after the other until `isOver`; gives how many were answered. */
async function beats(socket: WebSocket, isOver: () => boolean): Promise<number> {
  for (let answered = 0; ; answered++) {
    if (isOver()) return answered;
    expect(await ask(socket, "Heartbeat", {})).toEqual({ currentTime: expect.any(String) });
  }
}

it("loses none of those who come back at once, and answers the heartbeats of the others meanwhile", async () => {
  const { url, session } = await start();
  const present = await Promise.all(witnesses.map((id) => back(url, id)));
  expect(await qualities(session)).toEqual(new Set([StatusCodes.BadNoCommunication.name]));

  let isOver = false;
  const beating = present.map(({ socket }) => beats(socket, () => isOver));
  const storm = await Promise.all(returning.map((id) => back(url, id)));
  isOver = true;

  for (const { answers } of storm) expect(answers).toEqual([expect.objectContaining({ status: "Accepted" }), {}, {}]);
  expect(storm.reduce((sum, { refusals }) => sum + refusals, 0)).toBeGreaterThan(0);
  for (const answered of await Promise.all(beating)) expect(answered).toBeGreaterThan(0);
  await expect.poll(() => qualities(session), { timeout: 10_000 }).toEqual(new Set([StatusCodes.Good.name]));
}, 60_000);
