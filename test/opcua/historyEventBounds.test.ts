// Requests for events that cannot be served, and how much of them one answer holds.
import { ElementOperand, FilterOperator, type ReadEventDetails } from "node-opcua";
import { beforeEach, describe, expect, test } from "vitest";
import { FOLDER, SERVER, names, occurrence, operandOf, wanted } from "./eventHistoryInTest.ts";
import { site } from "./fixture.ts";
import { MAX_NODES, MAX_POINTS, MAX_VALUES, historyRead, raw, useHistory } from "./historyInTest.ts";

const served = useHistory();
beforeEach(() => served.kept.forgetOccurrences());

describe("what cannot be read", () => {
  const wrongElement = { filterOperator: FilterOperator.Equals, filterOperands: [operandOf("Action")] };
  const cyclic = { filterOperator: FilterOperator.Not, filterOperands: [new ElementOperand({ index: 0 })] };
  const beyond = { filterOperator: FilterOperator.Not, filterOperands: [new ElementOperand({ index: 7 })] };
  beforeEach(() => served.kept.announce([occurrence("A", "5:00")]));

  test.each<[string, ReadEventDetails, string]>([
    ["without a field", wanted({ fields: [] }), "BadEventFilterInvalid"],
    [
      "more fields than the server says",
      wanted({ fields: Array.from({ length: 1001 }, () => "Action") }),
      "BadEventFilterInvalid",
    ],
    [
      "an operator without its operands",
      wanted({ whereClause: { elements: [wrongElement] } }),
      "BadEventFilterInvalid",
    ],
    ["a condition upon itself", wanted({ whereClause: { elements: [cyclic] } }), "BadEventFilterInvalid"],
    ["a condition that is not there", wanted({ whereClause: { elements: [beyond] } }), "BadEventFilterInvalid"],
    [
      "more operands than the server says",
      wanted({
        whereClause: {
          elements: [
            {
              filterOperator: FilterOperator.InList,
              filterOperands: Array.from({ length: 1001 }, () => operandOf("Action")),
            },
          ],
        },
      }),
      "BadEventFilterInvalid",
    ],
    ["a start alone", wanted({ end: null }), "BadInvalidTimestampArgument"],
    ["an end alone", wanted({ start: null }), "BadInvalidTimestampArgument"],
    ["a number alone", wanted({ start: null, end: null, count: 5 }), "BadInvalidTimestampArgument"],
  ])("%s", async (_, details, status) => {
    for (const node of [SERVER, site("H1")]) expect((await served.read(node, details)).status).toBe(status);
  });

  test("a part or an encoding of an event, values of an object", async () => {
    const node = { nodeId: site("H1") };
    expect((await served.read({ ...node, indexRange: "0:1" as never }, wanted())).status).toBe("BadIndexRangeNoData");
    expect((await served.read({ ...node, dataEncoding: { name: "Default Binary" } }, wanted())).status).toBe(
      "BadDataEncodingInvalid",
    );
    expect((await served.read(SERVER, raw("5:00", "5:05"))).status).toBe("BadHistoryOperationUnsupported");
  });

  test("more nodes than a request may have", async () => {
    const nodes = Array.from({ length: MAX_NODES + 1 }, () => SERVER);
    await expect(historyRead(served.session, nodes, { details: wanted() })).rejects.toThrow(/BadTooManyOperations/u);
  });

  test("a history that is broken", async () => {
    served.kept.isBroken = true;
    const answer = await served.read(SERVER, wanted());
    served.kept.isBroken = false;
    expect(answer.status).toBe("BadDataUnavailable");
    expect(names(await served.read(SERVER, wanted()))).toBe("A");
  });
});

describe("bounds", () => {
  test("events of one answer, shared among its nodes, and the rest in the next", async () => {
    served.kept.announce(
      Array.from({ length: MAX_VALUES + 10 }, (_, place) => occurrence(`X${place}`, "5:03", { sequence: place })),
    );
    const first = await served.read(SERVER, wanted());
    expect(first.events?.length).toBe(MAX_VALUES);
    const second = await served.read({ nodeId: SERVER, continuationPoint: first.point! }, wanted());
    expect([second.events?.length, second.point]).toEqual([10, undefined]);
    const answers = await historyRead(served.session, [SERVER, FOLDER, site("H1"), SERVER], { details: wanted() });
    expect(answers.map(({ events }) => events?.length)).toEqual([250, 250, 250, 250]);
  });

  test("long texts end an answer early, and nothing is lost between answers", async () => {
    const payload = "x".repeat(1_000_000);
    const actions = Array.from({ length: 9 }, (_, place) => `L${place}`);
    served.kept.announce(
      actions.map((name, place) => occurrence(name, "5:03", { sequence: place, fields: { Payload: payload } })),
    );
    const details = wanted({ fields: ["Action", "Payload"] });
    let answer = await served.read(SERVER, details);
    const read = [names(answer)];
    while (answer.point !== undefined) {
      answer = await served.read({ nodeId: SERVER, continuationPoint: answer.point }, details);
      read.push(names(answer));
    }
    expect(read).toEqual(["L0 L1 L2 L3", "L4 L5 L6 L7", "L8"]);
  });

  test("an event that is larger than any answer is refused, and so is what does not fit beside others", async () => {
    served.kept.announce([occurrence("L", "5:03", { fields: { Payload: "x".repeat(5_000_000) } })]);
    const huge = await served.read(SERVER, wanted({ fields: ["Payload", "Payload", "Payload"] }));
    expect(huge.status).toBe("BadResponseTooLarge");
    const answers = await historyRead(served.session, [SERVER, SERVER, SERVER], {
      details: wanted({ fields: ["Payload"] }),
    });
    expect(answers.map(({ status }) => status)).toEqual(["Good", "Good", "BadResponseTooLarge"]);
  });

  test("unfinished reads, as many as of values", async () => {
    served.kept.announce([occurrence("A", "5:00"), occurrence("B", "5:01")]);
    const nodes = Array.from({ length: MAX_POINTS + 2 }, () => SERVER);
    const answers = await historyRead(served.session, nodes, { details: wanted({ count: 1 }) });
    expect(answers.filter(({ status }) => status === "BadNoContinuationPoints")).toHaveLength(2);
    const [first] = answers;
    const elsewhere = { nodeId: FOLDER, continuationPoint: first!.point! };
    expect((await served.read(elsewhere, wanted({ count: 1 }))).status).toBe("BadContinuationPointInvalid");
  });
});
