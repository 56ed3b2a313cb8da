// Pieces of a list of id tags as they come over the control socket.
import { afterAll, describe, expect, it } from "vitest";
import { ask } from "../../src/control/ask.ts";
import { ControlsInTest, say } from "./controlInTest.ts";

const controls = new ControlsInTest();
afterAll(() => controls.clean());

describe("a piece of a list of id tags", () => {
  const entry = { idTag: "A", status: "Accepted", expiryDate: "", parentIdTag: "" };

  it("is handed over with the number of its list", async () => {
    const data = controls.folder();
    await controls.open(data);
    controls.gathered.length = 0;
    const answer = { gathered: { kind: "gathered", gathering: 1, count: 1 } };
    expect(await ask(data, "gatherIdTags", { entries: [entry] })).toMatchObject({ kind: "answered", answer });
    expect(await ask(data, "gatherIdTags", { gathering: 1, entries: [entry] })).toMatchObject({
      kind: "answered",
      answer,
    });
    expect(controls.gathered.map(({ gathering, entries }) => [gathering, entries])).toEqual([
      [undefined, [entry]],
      [1, [entry]],
    ]);
  });

  it.each([
    ["entries", {}],
    ["entries", { entries: "A" }],
    ["entries", { entries: Array.from({ length: 1001 }, () => entry) }],
    ["entries/0", { entries: [{ idTag: "A" }] }],
    ["entries/0", { entries: [{ ...entry, extra: 1 }] }],
    ["entries/0/idTag", { entries: [{ ...entry, idTag: 1 }] }],
    ["entries/0/parentIdTag", { entries: [{ ...entry, parentIdTag: "x".repeat(101) }] }],
    ["gathering", { gathering: "1", entries: [] }],
  ])("is refused at %s and handed to nobody", async (place, request) => {
    const data = controls.folder();
    await controls.open(data);
    controls.gathered.length = 0;
    const line = JSON.stringify({ version: 1, do: "gatherIdTags", ...request });
    const text = expect.stringContaining(place) as string;
    expect(await say(data, `${line}\n`)).toEqual({ version: 1, error: { code: "malformed", text } });
    expect(controls.gathered).toEqual([]);
  });
});
