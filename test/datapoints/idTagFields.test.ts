// Fields of an id tag, from whoever types, calls or imports them.
import { describe, expect, it, test } from "vitest";
import { idTagFieldsOf, readIdTag } from "../../src/datapoints/idTagFields.ts";

const good = { idTag: "Abc", status: "Accepted" };
const at = Date.UTC(2026, 11, 31, 22);

describe("the fields of an id tag", () => {
  test("become an entry in whole seconds, and the entry the same fields again", () => {
    const entry = readIdTag({ ...good, expiryDate: "2026-12-31T23:00:00.900+01:00", parentIdTag: "P" });
    expect(entry).toEqual({ idTag: "Abc", status: "Accepted", expiresAt: at, parentIdTag: "P" });
    if ("path" in entry) throw new Error(entry.text);
    const fields = idTagFieldsOf(entry);
    expect(fields).toEqual({ ...good, expiryDate: "2026-12-31T22:00:00Z", parentIdTag: "P" });
    expect(readIdTag(fields)).toEqual(entry);
  });

  it("may leave expiry and parent empty", () => {
    expect(readIdTag({ ...good, expiryDate: "", parentIdTag: "" })).toEqual(good);
  });

  test.each([
    ["idTag", { idTag: "" }, "1 to 20"],
    ["idTag", { idTag: "x".repeat(21) }, "1 to 20"],
    ["idTag", { idTag: "ä" }, "ASCII"],
    ["status", { status: "accepted" }, 'one of Accepted, Blocked, Expired, Invalid, and is "accepted"'],
    ["status", { status: "x".repeat(1000) }, "one of"],
    ["status", { status: "ConcurrentTx" }, "cannot be set"],
    ["expiryDate", { expiryDate: "tomorrow" }, "with its offset"],
    ["expiryDate", { expiryDate: "2026-12-31" }, "with its offset"],
    ["expiryDate", { expiryDate: "2026-12-31T10:00:00" }, "with its offset"],
    ["expiryDate", { expiryDate: "2026-02-30T10:00:00Z" }, "with its offset"],
    ["expiryDate", { expiryDate: "1601-01-01T00:00:00Z" }, "left empty"],
    ["parentIdTag", { parentIdTag: "x".repeat(21) }, "1 to 20"],
  ])("are refused at %s: %j", (path, fields, text) => {
    const flaw = readIdTag({ ...good, ...fields });
    expect(flaw).toEqual({ path, text: expect.stringContaining(text) });
    expect("text" in flaw && flaw.text.length).toBeLessThan(150);
  });
});
