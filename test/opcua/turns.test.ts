// Large requests take turns: whoever asks for much does not keep others waiting, and gets everything in its order.
import { AttributeIds, ReadRequest, TimestampsToReturn, coerceNodeId, type ReadResponse } from "node-opcua";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { takeTurns } from "../../src/opcua/libraryTurns.ts";
import { connect, endpointOptions, readValue, startFed, temporaryFolder, twinOf, withState } from "./fixture.ts";
import type { Connected, Fed } from "./fixture.ts";

/** More than may wait: the rest stays with the client. */
const REQUESTS = 30;
const NODES = 2000;

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let fed: Fed;
let greedy: Connected;
let other: Connected;

beforeAll(async () => {
  folder = await temporaryFolder();
  fed = await startFed(endpointOptions(folder.path, { securityPolicies: ["None"] }));
  fed.publish(undefined, withState(twinOf("T1"), "Connected"));
  greedy = await connect(fed.ua.endpointUrl, folder.path);
  other = await connect(fed.ua.endpointUrl, folder.path);
}, 60_000);

afterAll(async () => {
  await greedy.close();
  await other.close();
  await fed.ua.stop();
  await folder.clean();
});

/** As much of the library's server as hands over requests; what it handles is told by name. */
function played(): {
  readonly handled: string[];
  readonly held: [string, boolean][];
  readonly ask: (client: string, name: string, operations: number) => void;
} {
  const handled: string[] = [];
  const held: [string, boolean][] = [];
  const channels = new Map<string, object>();
  const server = { on_request: ({ name }: { readonly name: string }) => void handled.push(name) };
  const nameOf = (channel: unknown): string => [...channels].find(([, each]) => each === channel)?.[0] ?? "";
  takeTurns(server as never, (channel, isHeld) => held.push([nameOf(channel), isHeld]));
  return {
    handled,
    held,
    ask: (client, name, operations) => {
      const channel = channels.get(client) ?? {};
      channels.set(client, channel);
      const message = { name, request: { nodesToRead: Array.from({ length: operations }) } };
      (server.on_request as (asked: object, by: object) => void)(message, channel);
    },
  };
}

const turn = (): Promise<void> => new Promise((done) => setImmediate(done));

describe("turns", () => {
  test("are for large requests alone, one at a time and one client after the other", async () => {
    const { ask, handled } = played();
    for (const name of ["A1", "A2", "A3"]) ask("A", name, 5000);
    ask("B", "B1", 5000);
    ask("B", "B2", 5000);
    ask("C", "small", 1);
    expect(handled).toEqual(["A1", "small"]);
    for (const next of ["A2", "B1", "A3", "B2"]) {
      await turn();
      expect(handled.at(-1)).toBe(next);
    }
    await turn();
    ask("A", "A4", 5000);
    expect(handled).toEqual(["A1", "small", "A2", "B1", "A3", "B2", "A4"]);
  });

  test("keep the order of a client: what follows a large request waits behind it", async () => {
    const { ask, handled } = played();
    ask("A", "A1", 5000);
    ask("A", "A2", 5000);
    ask("A", "A3", 1);
    expect(handled).toEqual(["A1"]);
    await turn();
    await turn();
    expect(handled).toEqual(["A1", "A2", "A3"]);
  });

  test("leave with a client what it sends beyond ten that wait, until there is room again", async () => {
    const { ask, handled, held } = played();
    for (let index = 0; index <= 10; index++) ask("A", String(index), 5000);
    expect(held).toEqual([["A", true]]);
    await turn();
    expect(held.at(-1)).toEqual(["A", false]);
    while (handled.length < 11) await turn();
    expect(handled).toEqual(Array.from({ length: 11 }, (_, index) => String(index)));
  });
});

test("whoever asks for more at once than may wait gets every answer, in the order of its requests", async () => {
  const nodesToRead = Array.from({ length: NODES }, () => ({
    nodeId: coerceNodeId("ns=4;s=T1/ClientId"),
    attributeId: AttributeIds.Value,
  }));
  const raw = greedy.session as unknown as { performMessageTransaction(asked: object): Promise<ReadResponse> };
  const answered: number[] = [];
  const asked = Array.from({ length: REQUESTS }, async (_, index) => {
    const request = new ReadRequest({ nodesToRead, timestampsToReturn: TimestampsToReturn.Neither });
    const { results } = await raw.performMessageTransaction(request);
    answered.push(index);
    return results?.length;
  });
  expect((await readValue(other.session, "T1/ClientId")).value.value).toBe("T1");
  expect(await Promise.all(asked)).toEqual(asked.map(() => NODES));
  expect(answered).toEqual(asked.map((_, index) => index));
});
