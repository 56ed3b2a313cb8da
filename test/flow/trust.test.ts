// A client that was turned away, through the whole bridge: administrators see it, let it in and throw it out, over OPC UA and on the machine itself,
// without a restart.
import { join } from "node:path";
import { DataType, Variant } from "node-opcua";
import { afterEach, expect, it } from "vitest";
import { ask } from "../../src/control/ask.ts";
import { listen } from "../opcua/auditsInTest.ts";
import { call, on, text } from "../opcua/callsInTest.ts";
import { connect, eventually, temporaryFolder, type Connected } from "../opcua/fixture.ts";
import { openSession, read, startBridgeInTest } from "./bridgeInTest.ts";

const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

async function start(role: string) {
  const folder = await temporaryFolder();
  cleanUps.push(() => folder.clean());
  const data = join(folder.path, "data");
  const bridge = await startBridgeInTest("", 0, role, { data });
  cleanUps.push(() => bridge.stop());
  const url = bridge.bridge.addresses.opcua;
  const scada = await openSession(url);
  cleanUps.push(() => scada.close());
  return { url, data, session: scada.session, knock: () => connect(url, folder.path, "Basic256Sha256") };
}

type Session = Awaited<ReturnType<typeof start>>["session"];

async function listed(session: Session, state: string): Promise<readonly Readonly<Record<string, string>>[]> {
  const { value } = await read(session, "/Bridge/Certificates");
  const all = JSON.parse(String(value.value)) as Readonly<Record<string, string>>[];
  return all.filter(({ State }) => State === state);
}

const isOpen = async ({ session }: Connected): Promise<boolean> =>
  session.read({ nodeId: "i=2258" }).then(
    ({ statusCode }) => statusCode.isGood(),
    () => false,
  );

it("is listed, let in, thrown out and kept out by the methods of the bridge", async () => {
  const { session, knock } = await start("administrator");
  const audits = await listen(session);
  const [own] = await listed(session, "own");
  expect(own).toMatchObject({ ApplicationUri: expect.stringMatching(/^urn:.*:ocpp-opcua$/u) });
  await expect(knock()).rejects.toThrow();
  const [rejected] = await eventually(async () => {
    const found = await listed(session, "rejected");
    return found.length > 0 && found;
  });
  const thumbprint = rejected?.["Thumbprint"] ?? "";
  expect(Date.parse(rejected?.["ValidTo"] ?? "")).toBeGreaterThan(Date.now());

  expect((await call(session, on("/Bridge", "TrustCertificate", [text(thumbprint)]))).status).toBe("Good");
  // Whoever reads after the answer sees it.
  expect((await listed(session, "trusted")).map((each) => each["Thumbprint"])).toEqual([thumbprint]);
  expect(await listed(session, "rejected")).toEqual([]);
  const client = await knock();
  cleanUps.push(() => client.client.disconnect());
  expect(await isOpen(client)).toBe(true);

  expect((await call(session, on("/Bridge", "RejectCertificate", [text(thumbprint)]))).status).toBe("Good");
  await eventually(async () => !(await isOpen(client)));
  await expect(knock()).rejects.toThrow();
  // The session over which it was done goes on.
  expect((await listed(session, "rejected")).map((each) => each["Thumbprint"])).toEqual([thumbprint]);

  const unknown = new Variant({ dataType: DataType.String, value: "0".repeat(40) });
  const answer = await call(session, on("/Bridge", "TrustCertificate", [unknown]));
  expect(answer.status).not.toBe("Good");
  await eventually(() => audits.filter(({ SourceName }) => SourceName === "Attribute/Call").length === 3);
  expect(audits.filter(({ SourceName }) => SourceName === "Attribute/Call").map(({ Status }) => Status)).toEqual([
    true,
    true,
    false,
  ]);
}, 60_000);

it("is let in and thrown out on the machine itself, of which administrators are told", async () => {
  const { session, data, knock } = await start("administrator");
  const audits = await listen(session);
  await expect(knock()).rejects.toThrow();
  const [rejected] = await eventually(async () => {
    const found = await listed(session, "rejected");
    return found.length > 0 && found;
  });
  const thumbprint = rejected?.["Thumbprint"] ?? "";
  const answered = { kind: "answered", answer: { outcome: { kind: "answered", response: {} } } };
  const change = async (kind: "trustCertificate" | "rejectCertificate"): Promise<unknown> =>
    ask(data, "command", { command: { kind, chargePointId: "", thumbprint } });
  expect(await change("trustCertificate")).toMatchObject(answered);
  const client = await knock();
  cleanUps.push(() => client.client.disconnect());
  expect(await change("rejectCertificate")).toMatchObject(answered);
  await eventually(async () => !(await isOpen(client)));
  await eventually(() => audits.some(({ SourceName }) => SourceName === "cli/Bridge/RejectCertificate"));
}, 60_000);

it("is for administrators alone to see and to let in", async () => {
  const { session, knock } = await start("engineer");
  await expect(knock()).rejects.toThrow();
  expect((await read(session, "/Bridge/Certificates")).statusCode.name).toBe("BadUserAccessDenied");
  for (const name of ["TrustCertificate", "RejectCertificate"])
    expect((await call(session, on("/Bridge", name, [text("0".repeat(40))]))).status).toBe("BadUserAccessDenied");
}, 60_000);
