// The list of the questions that wait for SCADA: a JSON array with the fields of their events, in a server that a client reads.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ShownQuestion } from "../../src/datapoints/decisions.ts";
import {
  connect,
  endpointOptions,
  eventually,
  startFed,
  temporaryFolder,
  type Connected,
  type Fed,
} from "./fixture.ts";

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let fed: Fed;
let client: Connected;

beforeAll(async () => {
  folder = await temporaryFolder();
  fed = await startFed(endpointOptions(folder.path));
  client = await connect(fed.ua.endpointUrl, folder.path);
}, 60_000);

afterAll(async () => {
  await client.close();
  await fed.ua.stop();
  await folder.clean();
});

function shown(requestId: string, payload = "{}"): ShownQuestion {
  const about = { action: "Authorize", chargePointId: "CP1", connectorId: 0, idTag: '"T"' };
  return { requestId, ...about, payload, deadline: Date.UTC(2030, 0, 1) };
}

function tell(asked: readonly ShownQuestion[], settled: readonly string[] = [], isWhole = false): void {
  fed.ua.tellPending({ isWhole, asked, settled, at: Date.UTC(2029, 0, 1) });
}

async function list(): Promise<{ readonly status: string; readonly entries: Readonly<Record<string, unknown>>[] }> {
  const { value, statusCode } = await client.session.read({ nodeId: "ns=4;s=/Decisions/Pending", attributeId: 13 });
  const text: unknown = value.value;
  return { status: statusCode.name, entries: typeof text === "string" ? JSON.parse(text) : [] };
}

describe("the list of questions", () => {
  test("is not known before it has been told, then follows every change", async () => {
    expect((await list()).status).toBe("BadWaitingForInitialData");
    tell([], [], true);
    await eventually(async () => (await list()).status === "Good");
    tell([shown("a"), shown("b", '{"idTag":"\\"T\\""}')]);
    fed.ua.flush();
    expect((await list()).entries).toEqual([
      {
        RequestId: "a",
        Action: "Authorize",
        ChargePointId: "CP1",
        ConnectorId: 0,
        IdTag: '"T"',
        Payload: "{}",
        Deadline: "2030-01-01T00:00:00.000Z",
      },
      expect.objectContaining({ RequestId: "b", Payload: '{"idTag":"\\"T\\""}' }),
    ]);
    tell([shown("c")], ["a", "nobody"]);
    fed.ua.flush();
    expect((await list()).entries.map(({ RequestId }) => RequestId)).toEqual(["b", "c"]);
    // A thread that was started anew is told of all.
    tell([shown("d")], [], true);
    fed.ua.flush();
    expect((await list()).entries.map(({ RequestId }) => RequestId)).toEqual(["d"]);
  });

  test("names every question, and leaves payloads out where it would be too long for a client", async () => {
    const long = "x".repeat(16_000);
    tell(
      Array.from({ length: 1000 }, (_, index) => shown(`q${index}`, long)),
      [],
      true,
    );
    fed.ua.flush();
    const { entries } = await list();
    expect(entries).toHaveLength(1000);
    expect(entries[0]?.["Payload"]).toBe(long);
    expect(entries.at(-1)?.["Payload"]).toBe("");
    expect(JSON.stringify(entries).length).toBeLessThan(5_000_000);
    tell([], [], true);
  });
});
