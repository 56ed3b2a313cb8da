// Recorded conversations, each played against one whole bridge by a charge point of its own.
import { mkdtemp, rm } from "node:fs/promises";
import { readFileSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openSession, startBridgeInTest } from "../flow/bridgeInTest.ts";
import { Shows } from "../flow/shownInTest.ts";
import { stopListeners } from "../ocpp/listenersInTest.ts";
import { playTrace, type Site, type Stage } from "./player.ts";
import { parseTrace } from "./trace.ts";

const ENDING = ".trace";
/** A bridge that starts beside other tests takes its time. */
const LONGEST_MS = 60_000;
const traces = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith(ENDING))
  .map((file) => parseTrace(file.slice(0, -ENDING.length), readFileSync(join(import.meta.dirname, file), "utf8")));

const register = traces.map(({ name, settings }) => `  - ${JSON.stringify({ id: name, ...settings })}`).join("\n");
const settings = `ocpp:
  listeners: [{ host: 127.0.0.1, port: 0, securityProfile: 0 }]
  unknownChargePoints: reject
  callTimeoutSeconds: 5
chargePoints:
${register}
`;

let data: string;
let site: Site & { stop(): Promise<void> };

async function start(): Promise<void> {
  const bridge = await startBridgeInTest(settings, 0, "administrator", { data });
  const client = await openSession(bridge.bridge.addresses.opcua);
  const stop = async (): Promise<void> => {
    await client.close();
    await bridge.stop();
  };
  site = { ocpp: bridge.ocpp, session: client.session, shows: new Shows(client.session), stop };
}

const stage: Stage = {
  site: () => site,
  restart: async () => {
    await site.stop();
    await start();
  },
};

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), "ocpp-opcua-test-"));
  await start();
}, LONGEST_MS);

afterAll(async () => {
  await stopListeners();
  await site.stop();
  await rm(data, { recursive: true, force: true });
});

test("there are traces", () => expect(traces.length).toBeGreaterThan(0));

const named = traces.map((trace) => [`${trace.name}: ${trace.title}`, trace] as const);
test.for(named)("%s", { timeout: LONGEST_MS }, ([, trace]) => playTrace(trace, stage));
