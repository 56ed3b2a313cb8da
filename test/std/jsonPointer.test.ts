// JSON Pointer (RFC 6901 §5), and that no key leads out of the value.
import { expect, it } from "vitest";
import { valueAt } from "../../src/std/jsonPointer.ts";

const example = {
  foo: ["bar", "baz"],
  "": 0,
  "a/b": 1,
  "c%d": 2,
  "m~n": 8,
  deep: [{ x: null }],
};

it.each([
  ["", example],
  ["/foo", example.foo],
  ["/foo/0", "bar"],
  ["/", 0],
  ["/a~1b", 1],
  ["/c%d", 2],
  ["/m~0n", 8],
  ["/deep/0/x", null],
])("%s is found", (pointer, value) => {
  expect(valueAt(example, pointer)).toEqual(value);
});

it.each([
  "/nothing",
  "/foo/2",
  "/foo/-",
  "/foo/00",
  "/foo/length",
  "/deep/0/x/y",
  "/foo/0/0",
  "/__proto__",
  "/constructor",
  "/toString",
])("%s is not there", (pointer) => {
  expect(valueAt(example, pointer)).toBeUndefined();
});

it("an own key that looks like a prototype is a key like any other", () => {
  expect(valueAt(JSON.parse('{"__proto__": {"x": 1}}'), "/__proto__/x")).toBe(1);
});
