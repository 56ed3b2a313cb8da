// Which errors the server's thread survives.
import { BinaryStream, DataType, DataValue, NumericRange, extractRange } from "node-opcua";
import { expect, test } from "vitest";
import { isOfLibrary } from "../../src/opcua/faults.ts";

function errorOf(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
}

test("an error that the library throws at a request is its own", () => {
  const value = new DataValue({ value: { dataType: DataType.String, value: "text" } });
  const error = errorOf(() => extractRange(value, new NumericRange("0,1")));
  expect(error).toBeInstanceOf(Error);
  expect(isOfLibrary(error)).toBe(true);
});

test("an error that Node throws belongs to whoever called Node", () => {
  const ours = errorOf(() => Buffer.alloc(8).writeInt32BE(2 ** 40));
  expect(ours).toBeInstanceOf(RangeError);
  expect(isOfLibrary(ours)).toBe(false);
  const stream = new BinaryStream(4);
  const theirs = errorOf(() => stream.writeUInt32(2 ** 40));
  expect(theirs).toBeInstanceOf(RangeError);
  expect((theirs as Error).stack?.split("\n")[1]).toContain("node:");
  expect(isOfLibrary(theirs)).toBe(true);
});

test.each([
  ["of our own file", "at f (file:///x/node_modules/ocpp-opcua/dist/opcua/values.js:1:1)", false],
  ["of our own file, by its path", "at f (/x/node_modules/ocpp-opcua/dist/opcua/values.js:1:1)", false],
  ["of a package beside ours", "at f (/x/node_modules/node-opcua/dist/index.js:1:1)", true],
  ["of a package below ours", "at f (/x/node_modules/ocpp-opcua/node_modules/node-opcua/dist/index.js:1:1)", true],
])("installed as a package, a frame %s is told from others", (_, frame, expected) => {
  const error = Object.assign(new Error("x"), { stack: `Error: x\n    ${frame}` });
  expect(isOfLibrary(error, "file:///x/node_modules/ocpp-opcua/")).toBe(expected);
});

test("an error of ours, or something that is no error, is not", () => {
  expect(isOfLibrary(errorOf(() => (undefined as unknown as { x: number }).x))).toBe(false);
  expect(isOfLibrary("a text")).toBe(false);
  expect(isOfLibrary(undefined)).toBe(false);
});
