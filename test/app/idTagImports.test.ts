// Id tags on their way in: one list at a time, nothing of it anywhere before it is complete, and never more than there may be.
import { describe, expect, it } from "vitest";
import { IdTagImports } from "../../src/app/idTagImports.ts";
import type { IdTagPiece } from "../../src/twin/idTags.ts";
import { HandClock } from "../ocpp/handClock.ts";
import { openRoadOut } from "./roadOutInTest.ts";

const piece = (...idTags: string[]): IdTagPiece[] => idTags.map((idTag) => ({ idTag, status: "Accepted" }));

describe("a list of id tags that comes in", () => {
  it("is gathered piece by piece and taken once", () => {
    const imports = new IdTagImports(new HandClock(), 10);
    expect(imports.gather(undefined, piece("A"))).toEqual({ kind: "gathered", gathering: 1, count: 1 });
    expect(imports.gather(1, piece("B", "C"))).toEqual({ kind: "gathered", gathering: 1, count: 3 });
    expect(imports.take(2)).toBeUndefined();
    expect(imports.take(1)?.map(({ idTag }) => idTag)).toEqual(["A", "B", "C"]);
    expect(imports.take(1)).toBeUndefined();
    expect(imports.gather(1, piece("D"))).toMatchObject({
      kind: "refused",
      text: expect.stringContaining("begin again"),
    });
  });

  it("waits for the one before, until that has not grown for 30 s", () => {
    const clock = new HandClock();
    const imports = new IdTagImports(clock, 10);
    imports.gather(undefined, piece("A"));
    clock.move(29_000);
    imports.gather(1, piece("B"));
    clock.move(29_000);
    expect(imports.gather(undefined, piece("C"))).toMatchObject({
      kind: "refused",
      text: expect.stringContaining("another list"),
    });
    clock.move(1000);
    expect(imports.gather(undefined, piece("C"))).toEqual({ kind: "gathered", gathering: 2, count: 1 });
    expect(imports.gather(1, piece("D"))).toMatchObject({ kind: "refused" });
    expect(imports.take(1)).toBeUndefined();
  });

  it("is not held for ever where nobody takes it", () => {
    const clock = new HandClock();
    const imports = new IdTagImports(clock, 10);
    imports.gather(undefined, piece("A"));
    clock.move(30_000);
    expect([imports.take(1), clock.running]).toEqual([undefined, 0]);
    imports.gather(undefined, piece("B"));
    expect(imports.take(2)).toHaveLength(1);
    expect(clock.running).toBe(0);
  });

  it.each([
    ["a bad entry", [...piece("B"), { idTag: "C", status: "Fine" }], '"C": status: must be one of'],
    ["an id tag that is there already", piece("a"), '"a" is there twice'],
    ["more than there is room for", piece("B", "C", "D"), "at most 3 (limits.maxIdTags)"],
  ])("is given up as a whole because of %s", (_, pieces, text) => {
    const imports = new IdTagImports(new HandClock(), 3);
    imports.gather(undefined, piece("A"));
    expect(imports.gather(1, pieces)).toEqual({ kind: "refused", text: expect.stringContaining(text) });
    expect(imports.take(1)).toBeUndefined();
    expect(imports.gather(undefined, piece("E"))).toMatchObject({ kind: "gathered" });
  });
});

describe("the command that takes it over", () => {
  it("puts all of it into the list, needs an operator, and takes nothing twice", async () => {
    const { road, send, occurrences } = openRoadOut();
    await road.idTags.set([{ idTag: "Before", status: "Accepted" }]);
    road.idTagImports.gather(undefined, piece("A", "B"));
    const command = { kind: "importIdTags", chargePointId: "", gathering: 1, isWhole: false } as const;
    expect(await send(command, "observer")).toMatchObject({ kind: "denied" });
    expect(await send(command, "operator")).toEqual({ kind: "answered", response: {} });
    expect([...road.idTags.all()].map(({ idTag }) => idTag)).toEqual(["Before", "A", "B"]);
    expect(await send(command, "operator")).toMatchObject({ kind: "conflict" });
    road.idTagImports.gather(undefined, piece("C"));
    expect(await send({ ...command, gathering: 2, isWhole: true })).toMatchObject({ kind: "answered" });
    expect([...road.idTags.all()].map(({ idTag }) => idTag)).toEqual(["C"]);
    expect(occurrences().map(({ fields }) => `${fields["Action"]} ${fields["Result"]}`)).toEqual([
      "IdTags/Import BadUserAccessDenied",
      "IdTags/Import Good",
      "IdTags/Import BadInvalidState",
      "IdTags/Import Good",
    ]);
  });
});
