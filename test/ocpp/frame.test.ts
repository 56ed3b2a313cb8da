// OCPP-J 1.6 §4.2: what a text is as a frame, whatever the text.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encodeCall, encodeError, encodeResult, parseFrame, payloadText } from "../../src/ocpp/frame.ts";

function callOf(text: string) {
  const frame = parseFrame(text);
  if (frame.kind !== "call") throw new Error(`${frame.kind} instead of a call`);
  return frame;
}

// With an expression that begins anew at each of them it would take minutes, on the thread that answers all charge points.
test.each([" ", "\0"])("a frame with a million of %j that is no JSON is refused in one pass", (filling) => {
  const text = `[2,"17","Heartbeat",{${filling.repeat(1_000_000)}x`;
  expect(parseFrame(text)).toMatchObject({ kind: "problem", id: "17", description: "the frame is not JSON" });
});

describe("a call", () => {
  test("has id, action and payload", () => {
    expect(parseFrame('[2,"17","Heartbeat",{"a":1}]')).toMatchObject({
      kind: "call",
      id: "17",
      action: "Heartbeat",
      payload: { a: 1 },
      deviation: undefined,
    });
  });

  test.each([
    ["null", '[2,"1","Heartbeat",null]', undefined],
    ["nothing", '[2,"1","Heartbeat"]', "the frame has 3 elements, not 4"],
  ])("with %s as payload has an empty one", (_, text, deviation) => {
    const call = callOf(text);
    expect(call.payload).toEqual({});
    expect(call.deviation).toBe(deviation);
    expect(payloadText(call)).toBe("{}");
  });

  test.each([
    ["a number as id", '[2,17,"Heartbeat",{}]', "17", "the message id is a number, not a text"],
    [
      "an id of 37 characters",
      `[2,"${"x".repeat(37)}","Heartbeat",{}]`,
      "x".repeat(37),
      "the message id is longer than 36",
    ],
    ["a fifth element", '[2,"1","Heartbeat",{},5]', "1", "the frame has 5 elements, not 4"],
  ])("with %s is usable, but a deviation", (_, text, id, deviation) => {
    expect(callOf(text)).toMatchObject({ id, deviation });
  });

  test.each([
    ["a byte order mark", '\uFEFF[2,"1","Heartbeat",{}]'],
    ["the NUL of a C string", '[2,"1","Heartbeat",{}]\0'],
    ["blanks and newlines", ' [2 ,\n"1"\t, "Heartbeat" , { } ]\r\n'],
  ])("is understood with %s around it", (_, text) => {
    expect(callOf(text)).toMatchObject({ id: "1", action: "Heartbeat", payload: {} });
  });

  test("keeps its payload as the text that was sent", () => {
    const payload = '{ "value": 1.50, "text": "a]b\\"[2,", "deep": [[{}]] }';
    expect(payloadText(callOf(`[2, "a\\"b", "Data,Transfer", ${payload} ]`))).toBe(payload);
    expect(payloadText(callOf(`[2,17,"DataTransfer",${payload},"more"]`))).toBe(JSON.stringify(JSON.parse(payload)));
  });

  test("with a payload nested too deep to be written again still has a text", () => {
    const deep = `${"[".repeat(30_000)}${"]".repeat(30_000)}`;
    expect(payloadText(callOf(`[2,"1","DataTransfer",${deep}]`))).toBe(deep);
    expect(() => payloadText(callOf(`[2,"1","DataTransfer",${deep},1]`))).not.toThrow();
  });
});

describe("an answer", () => {
  test("is a result or an error with the id of the call", () => {
    expect(parseFrame('[3,"1",{"status":"Accepted"}]')).toEqual({
      kind: "result",
      id: "1",
      payload: { status: "Accepted" },
    });
    expect(parseFrame('[4,"1","NotSupported","no",{"a":1}]')).toEqual({
      kind: "error",
      id: "1",
      code: "NotSupported",
      description: "no",
      details: { a: 1 },
    });
  });

  test("that is incomplete is completed", () => {
    expect(parseFrame('[3,"1"]')).toEqual({ kind: "result", id: "1", payload: {} });
    expect(parseFrame('[4,"1"]')).toEqual({
      kind: "error",
      id: "1",
      code: "GenericError",
      description: "",
      details: {},
    });
  });
});

describe("behaviour 13: a text that is no frame", () => {
  test.each([
    ["broken JSON", '[2,"17","Heartbeat",{', "17"],
    ["broken JSON with blanks", ' [ 2 , "17" , "Heart', "17"],
    ["no action", '[2,"17"]', "17"],
    ["an object as action", '[2,"17",{},{}]', "17"],
  ])("is a problem with an id: %s", (_, text, id) => {
    expect(parseFrame(text)).toMatchObject({ kind: "problem", code: "FormationViolation", id });
  });

  test.each([
    ["nothing", ""],
    ["no JSON", "hello"],
    ["NUL", "\0\0\0"],
    ["an object", "{}"],
    ["a number", "17"],
    ["an empty array", "[]"],
    ["a text as message type", '["2","1","Heartbeat",{}]'],
    ["null as id", '[2,null,"Heartbeat",{}]'],
    ["an object as id", '[2,{},"Heartbeat",{}]'],
    ["a number beyond all numbers as id", '[2,1e400,"Heartbeat",{}]'],
    ["one below all numbers as id", '[2,-1e400,"Heartbeat",{}]'],
    ["a number beyond all numbers as id of an answer", "[3,1e400,{}]"],
    ["an array as id", "[3,[],{}]"],
    ["broken JSON of an answer", '[3,"17",{'],
    ["10,000 nested arrays", `${"[".repeat(10_000)}${"]".repeat(10_000)}`],
    ["10,000 opened arrays", "[".repeat(10_000)],
  ])("is a problem without an id: %s", (_, text) => {
    const frame = parseFrame(text);
    expect(frame.kind).toBe("problem");
    expect(frame).not.toHaveProperty("id");
  });

  test("an unknown message type is ignored (§4.1.3)", () => {
    for (const type of [0, 1, 5, -1, 2.5, 1e308]) expect(parseFrame(`[${type},"1",{}]`)).toEqual({ kind: "ignored" });
  });
});

test("whatever is encoded is read again, and answers bear the very id of the call", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.jsonValue(), (id, action, payload) => {
      const call = callOf(encodeCall(id, action, payload));
      expect(call).toMatchObject({ id, action });
      expect(call.payload).toEqual(JSON.parse(JSON.stringify(payload ?? {})));
      expect(JSON.parse(encodeResult(id, {}))).toEqual([3, id, {}]);
    }),
  );
  expect(encodeResult(17, {})).toBe("[3,17,{}]");
});

test("a CALLERROR has a description of at most 255 characters and an object as details (§4.2.3)", () => {
  const frame = JSON.parse(encodeError("1", "GenericError", "x".repeat(1000), {}));
  expect(frame).toEqual([4, "1", "GenericError", "x".repeat(255), {}]);
});

test("no text makes it throw", () => {
  const kinds = ["call", "result", "error", "ignored", "problem"];
  const texts = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.json(),
    fc.array(fc.jsonValue()).map((value) => JSON.stringify(value)),
    fc
      .tuple(fc.constantFrom('[2,"1","Heartbeat",{}]', '[3,"1",{}]'), fc.nat(30))
      .map(([text, end]) => text.slice(0, end)),
  );
  fc.assert(
    fc.property(texts, (text) => {
      const frame = parseFrame(text);
      expect(kinds).toContain(frame.kind);
      if (frame.kind === "call") expect(typeof payloadText(frame)).toBe("string");
    }),
    { numRuns: 1000 },
  );
});
