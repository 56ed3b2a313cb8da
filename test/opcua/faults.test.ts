// Which errors the server's thread survives.
import { DataType, DataValue, NumericRange, extractRange } from "node-opcua";
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

test("an error of ours, or something that is no error, is not", () => {
  expect(isOfLibrary(errorOf(() => (undefined as unknown as { x: number }).x))).toBe(false);
  expect(isOfLibrary("a text")).toBe(false);
  expect(isOfLibrary(undefined)).toBe(false);
});
