// Long histories through a real client: page by page, bounded, and slow.
import { AttributeIds, ReadRawModifiedDetails } from "node-opcua";
import { describe, expect, test } from "vitest";
import { connect, eventually } from "./fixture.ts";
import {
  CONNECTED,
  LONG,
  MAX_NODES,
  MAX_POINTS,
  MAX_VALUES,
  POWER,
  Served,
  at,
  historyRead,
  raw,
  useHistory,
} from "./historyInTest.ts";

const served = useHistory();

const second = (place: number): Date => new Date(at("6:00") + place * 1000);
/** All values of LONG, or as many of them in one answer. */
const seconds = (count = 0): ReadRawModifiedDetails =>
  new ReadRawModifiedDetails({ startTime: second(0), endTime: second(3500), numValuesPerNode: count });

describe("continuation points (OPC 10000-4 §7.9)", () => {
  test("without a limit of the client's own the server's holds, and nothing is lost or told twice", async () => {
    const values: number[] = [];
    let answer = await served.read(LONG, seconds());
    for (;;) {
      expect(answer.values!.length).toBeLessThanOrEqual(MAX_VALUES);
      values.push(...answer.values!.map(({ value }) => value.value as number));
      if (answer.point === undefined) break;
      answer = await served.read({ nodeId: LONG, continuationPoint: answer.point }, seconds());
    }
    expect(values).toEqual(Array.from({ length: 3500 }, (_, place) => place));
  });

  test("values of one answer are shared among its nodes", async () => {
    const nodes = Array.from({ length: 4 }, () => LONG);
    const answers = await historyRead(served.session, nodes, { details: seconds() });
    expect(answers.map(({ values }) => values?.length)).toEqual([250, 250, 250, 250]);
  });

  test("are good for one request, for their own node and for their own session", async () => {
    const { point } = await served.read(LONG, seconds(1));
    const again = { nodeId: LONG, continuationPoint: point! };
    const other = await connect(served.fed.ua.endpointUrl, served.folder);
    const [foreign] = await historyRead(other.session, [again], { details: seconds(1) });
    expect(foreign?.status).toBe("BadContinuationPointInvalid");
    await other.close();
    expect((await served.read(again, seconds(1))).values?.map(({ value }) => value.value)).toEqual([1]);
    expect((await served.read(again, seconds(1))).status).toBe("BadContinuationPointInvalid");
    const next = await served.read(LONG, seconds(1));
    const elsewhere = { nodeId: POWER, continuationPoint: next.point! };
    expect((await served.read(elsewhere, seconds(1))).status).toBe("BadContinuationPointInvalid");
  });

  test("are released without data, and then unknown", async () => {
    const { point } = await served.read(LONG, seconds(1));
    const again = { nodeId: LONG, continuationPoint: point! };
    const released = await served.read(again, seconds(1), { release: true });
    expect([released.status, released.values]).toEqual(["Good", undefined]);
    expect((await served.read(again, seconds(1))).status).toBe("BadContinuationPointInvalid");
    expect((await served.read(LONG, seconds(1), { release: true })).status).toBe("BadContinuationPointInvalid");
  });

  test("beyond the limit nodes of one request get none, those of earlier requests give way", async () => {
    const earlier = await served.read(LONG, seconds(1));
    const nodes = Array.from({ length: MAX_POINTS + 2 }, () => LONG);
    const answers = await historyRead(served.session, nodes, { details: seconds(1) });
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === "Good")).toHaveLength(MAX_POINTS);
    expect(statuses.filter((status) => status === "BadNoContinuationPoints")).toHaveLength(2);
    expect((await served.read({ nodeId: LONG, continuationPoint: earlier.point! }, seconds(1))).status).toBe(
      "BadContinuationPointInvalid",
    );
    // Whoever goes on always finds a place.
    const points = answers.flatMap(({ point }) => point ?? []);
    const asked = points.map((continuationPoint) => ({ nodeId: LONG, continuationPoint }));
    const next = await historyRead(served.session, asked, { details: seconds(1) });
    expect(next.map(({ status }) => status)).toEqual(points.map(() => "Good"));
  });

  test.each([Buffer.alloc(1), Buffer.alloc(8, 0xff), Buffer.alloc(64, 1), Buffer.from("12345678")])(
    "that were never given are refused (%#)",
    async (continuationPoint) => {
      expect((await served.read({ nodeId: LONG, continuationPoint }, seconds(1))).status).toBe(
        "BadContinuationPointInvalid",
      );
    },
  );
});

test("each node of the longest request can be gone on with where a session may have as many unfinished reads", async () => {
  const roomy = new Served();
  await roomy.open(MAX_NODES);
  const nodes = Array.from({ length: MAX_NODES }, () => LONG);
  const first = await historyRead(roomy.session, nodes, { details: seconds(1) });
  const points = first.flatMap(({ point }) => point ?? []);
  expect(points).toHaveLength(MAX_NODES);
  const asked = points.map((continuationPoint) => ({ nodeId: LONG, continuationPoint }));
  const next = await historyRead(roomy.session, asked, { details: seconds(1) });
  expect(next.map(({ values }) => values?.[0]?.value.value as unknown)).toEqual(nodes.map(() => 1));
  await roomy.close();
});

describe("a slow history", () => {
  test("delays nobody else, is asked for many nodes together, and keeps only so many requests of a session", async () => {
    let open: () => void = () => {};
    served.kept.gate = new Promise((done) => (open = done));
    const many = historyRead(
      served.session,
      Array.from({ length: MAX_NODES }, () => POWER),
      { details: raw("5:00", "5:05") },
    );
    await eventually(() => served.kept.asked.length === 32);
    const { value } = await served.session.read({ nodeId: CONNECTED, attributeId: AttributeIds.Value });
    expect(value.value).toBe(true);
    const others = Array.from({ length: 60 }, () =>
      historyRead(served.session, [POWER], { details: raw("5:00", "5:05") }),
    );
    const refused = await eventually(async () => {
      const first = await Promise.race([
        ...others,
        new Promise<undefined>((done) => setImmediate(() => done(undefined))),
      ]);
      return first?.[0]?.status;
    });
    expect(refused).toBe("BadTooManyOperations");
    open();
    served.kept.gate = Promise.resolve();
    expect((await many).every(({ status }) => status === "Good")).toBe(true);
    const statuses = (await Promise.all(others)).map(([answer]) => answer?.status);
    expect(statuses.filter((status) => status === "Good")).toHaveLength(19);
    await eventually(() => served.fed.ua.space.liveCount === 0);
  });
});
