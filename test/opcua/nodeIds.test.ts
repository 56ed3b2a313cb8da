// The strings of NodeIds: what is written is read back, and nothing is read that would be written otherwise.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeId, encodeId, formatAddress, parseAddress } from "../../src/opcua/nodeIds.ts";

describe("an identity in a NodeId", () => {
  test.each([
    ["CP001", "CP001"],
    ["a/b", "a%2Fb"],
    ["100%", "100%25"],
    ["%2F", "%252F"],
    ["/", "%2F"],
  ])("%j is written %j", (id, encoded) => {
    expect(encodeId(id)).toBe(encoded);
    expect(decodeId(encoded)).toBe(id);
  });

  test.each(["", "%", "%2f", "%41", "a%", "%2", "%%25"])("%j is written by nobody", (encoded) => {
    expect(decodeId(encoded)).toBeUndefined();
  });

  test("is read back whatever it is", () => {
    fc.assert(fc.property(fc.string({ minLength: 1, unit: "binary" }), (id) => decodeId(encodeId(id)) === id));
  });
});

describe("an address", () => {
  test.each([
    ["CP001", { id: "CP001", connector: 0, path: "" }],
    ["CP001/State/Connected", { id: "CP001", connector: 0, path: "State/Connected" }],
    ["CP001/Connector2", { id: "CP001", connector: 2, path: "" }],
    ["a%2Fb/Connector12/Status/Status", { id: "a/b", connector: 12, path: "Status/Status" }],
    // Names no place, which the shape finds out.
    ["CP001/Connector01/Status", { id: "CP001", connector: 0, path: "Connector01/Status" }],
  ])("%j", (text, address) => {
    expect(parseAddress(text)).toEqual(address);
    expect(formatAddress(encodeId(address.id), address.connector, address.path)).toBe(text);
  });

  test.each(["", "/", "/CP001", "CP001/", "%41/State"])("%j is none", (text) => {
    expect(parseAddress(text)).toBeUndefined();
  });

  test("is written as it was read", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 30 }), (text) => {
        const address = parseAddress(text);
        if (address === undefined) return true;
        return formatAddress(encodeId(address.id), address.connector, address.path) === text;
      }),
      { numRuns: 2000 },
    );
  });
});
