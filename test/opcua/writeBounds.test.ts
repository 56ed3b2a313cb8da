// How much one client may write at once: nodes of a request (OPC 10000-5 §6.3.11), and commands that wait for their answer.
import { AttributeIds, DataType, DataValue, Variant, VariableIds, coerceNodeId, type ClientSession } from "node-opcua";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { CommandOutcome } from "../../src/twin/commands.ts";
import { call, Kept, on } from "./callsInTest.ts";
import { connect, endpointOptions, eventually, site, startFed, temporaryFolder, twinOf } from "./fixture.ts";
import type { Connected, Fed } from "./fixture.ts";

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let fed: Fed;
const clients: Connected[] = [];
const kept = new Kept();
const waiting: (() => void)[] = [];

beforeAll(async () => {
  folder = await temporaryFolder();
  const options = endpointOptions(folder.path, { anonymousRole: "engineer" });
  fed = await startFed(
    { ...options, limits: { ...options.limits, maxNodesPerWrite: 3, maxCallsInFlight: 3 } },
    kept.command,
  );
  for (const id of ["B1", "B2", "B3", "B4"]) fed.publish(undefined, twinOf(id));
  for (let count = 0; count < 2; count++) clients.push(await connect(fed.ua.endpointUrl, folder.path));
  kept.answer = () =>
    new Promise<CommandOutcome>((resolve) => waiting.push(() => resolve({ kind: "answered", response: {} })));
}, 60_000);

afterAll(async () => {
  for (const client of clients) await client.close();
  await fed.ua.stop();
  await folder.clean();
});

async function write(session: ClientSession, ids: readonly string[]): Promise<string[]> {
  const codes = await session.write(
    ids.map((id) => ({
      nodeId: coerceNodeId(site(`${id}/Config/HeartbeatInterval`)),
      attributeId: AttributeIds.Value,
      value: new DataValue({ value: new Variant({ dataType: DataType.UInt32, value: 60 }) }),
    })),
  );
  return codes.map(({ name }) => name);
}

test("a Write that names more nodes than the server says is refused as a whole", async () => {
  const { session } = clients[0] as Connected;
  const limit = VariableIds.Server_ServerCapabilities_OperationLimits_MaxNodesPerWrite;
  expect((await session.read({ nodeId: `i=${limit}`, attributeId: AttributeIds.Value })).value.value).toBe(3);
  await expect(write(session, ["B1", "B2", "B3", "B4"])).rejects.toThrow("BadTooManyOperations");
  expect(kept.commands).toEqual([]);
});

test("writes that are commands have the room of calls: half for a session, and no more for all", async () => {
  const [one, other] = clients.map(({ session }) => session) as [ClientSession, ClientSession];
  const first = write(one, ["B1", "B2", "B3"]);
  await eventually(() => waiting.length === 2);
  const called = await call(one, on("B1", "ClearCache"));
  expect(called.status).toBe("BadTooManyOperations");
  const second = write(other, ["B3", "B4"]);
  await eventually(() => waiting.length === 3);
  expect(kept.commands).toHaveLength(3);
  for (const answer of waiting.splice(0)) answer();
  expect(await first).toEqual(["Good", "Good", "BadTooManyOperations"]);
  expect(await second).toEqual(["Good", "BadResourceUnavailable"]);
  // Whoever has had an answer has room again.
  const third = write(one, ["B1"]);
  await eventually(() => waiting.length === 1);
  for (const answer of waiting.splice(0)) answer();
  expect(await third).toEqual(["Good"]);
});
