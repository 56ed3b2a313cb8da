// The list of id tags in memory: what is there is on disk before, and there is never more than there may be.
import { setImmediate as othersTurn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { IdTags } from "../../src/app/idTags.ts";
import { keptIdTags } from "./idTagsInTest.ts";
import type { IdTag, IdTagChange } from "../../src/twin/idTags.ts";

const accepted = (idTag: string): IdTag => ({ idTag, status: "Accepted" });
const listed = (idTags: IdTags): string[] => [...idTags.all()].map(({ idTag, status }) => `${idTag} ${status}`);

/** A disk that answers when the test says. */
function slowDisk(): { keep: (change: IdTagChange) => Promise<boolean>; answer: (isKept: boolean) => void } {
  const waiting: ((isKept: boolean) => void)[] = [];
  return {
    keep: () => new Promise((resolve) => waiting.push(resolve)),
    answer: (isKept) => waiting.shift()?.(isKept),
  };
}

describe("the list of id tags", () => {
  it("finds an id tag in whatever case, and shows it as it was first written", async () => {
    const idTags = new IdTags(10);
    expect(await idTags.set([accepted("Abc")])).toBe("done");
    expect(await idTags.set([{ idTag: "ABC", status: "Blocked", parentIdTag: "P" }])).toBe("done");
    expect(idTags.find("aBc")).toMatchObject({ idTag: "Abc", status: "Blocked", parentIdTag: "P" });
    expect(idTags.size).toBe(1);
    expect(idTags.find("\u212A")).toBeUndefined();
    expect(idTags.find("x".repeat(5000))).toBeUndefined();
  });

  it("takes one out in whatever case, and does not know it afterwards", async () => {
    const idTags = new IdTags(10, keptIdTags(accepted("Abc")));
    expect(await idTags.remove("ABC")).toBe("done");
    expect(await idTags.remove("ABC")).toBe("unknown");
    expect(await idTags.remove("")).toBe("unknown");
    expect(idTags.size).toBe(0);
  });

  it("changes only once the disk has it, in the order in which it was wanted", async () => {
    const { keep, answer } = slowDisk();
    const idTags = new IdTags(10, keptIdTags(), keep);
    const set = idTags.set([accepted("A")]);
    const changed = idTags.set([{ idTag: "a", status: "Blocked" }]);
    expect(idTags.size).toBe(0);
    answer(true);
    expect(await set).toBe("done");
    expect(listed(idTags)).toEqual(["A Accepted"]);
    answer(true);
    expect(await changed).toBe("done");
    expect(listed(idTags)).toEqual(["A Blocked"]);
  });

  it("stays as it is when the disk refuses", async () => {
    const idTags = new IdTags(10, keptIdTags(accepted("A")), async () => false);
    expect(await idTags.set([accepted("B")])).toBe("failing");
    expect(await idTags.remove("A")).toBe("failing");
    expect(await idTags.set([], true)).toBe("failing");
    expect(listed(idTags)).toEqual(["A Accepted"]);
  });

  it("is full at its bound, counting what is on its way; what is there can still be changed", async () => {
    const { keep, answer } = slowDisk();
    const idTags = new IdTags(2, keptIdTags(accepted("A")), keep);
    const set = idTags.set([accepted("B")]);
    expect(await idTags.set([accepted("C")])).toBe("full");
    answer(false);
    expect(await set).toBe("failing");
    const again = idTags.set([accepted("C"), { idTag: "a", status: "Blocked" }]);
    answer(true);
    expect(await again).toBe("done");
    expect(listed(idTags)).toEqual(["A Blocked", "C Accepted"]);
    expect(await idTags.set([accepted("X"), accepted("Y"), accepted("Z")], true)).toBe("full");
  });

  it("is exchanged as a whole", async () => {
    const idTags = new IdTags(3, keptIdTags(accepted("A"), accepted("B")));
    expect(await idTags.set([accepted("b"), accepted("C")], true)).toBe("done");
    expect(listed(idTags)).toEqual(["b Accepted", "C Accepted"]);
  });

  it.each([true, false])(
    "lets others have their turn while many come in, and shows nothing between (whole: %s)",
    async (isWhole) => {
      const many = Array.from({ length: 20_000 }, (_, index) => accepted(`T${index}`));
      const idTags = new IdTags(100_000, keptIdTags(...many.slice(0, 5000), accepted("Other")));
      const sizes: number[] = [];
      const { revision } = idTags;
      const results: unknown[] = [];
      void idTags.set(many, isWhole).then((result) => results.push(result));
      while (results.length === 0) {
        await othersTurn();
        sizes.push(idTags.size);
        expect(idTags.since(revision)?.set.length ?? "exchanged").toBe(
          idTags.size === 5001 ? 0 : isWhole ? "exchanged" : 20_000,
        );
      }
      expect(results).toEqual(["done"]);
      const after = isWhole ? 20_000 : 20_001;
      expect([...new Set(sizes)]).toEqual([5001, after]);
      expect(sizes.length).toBeGreaterThan(15);
    },
  );

  it("takes a change behind many in its order", async () => {
    const many = Array.from({ length: 5000 }, (_, index) => accepted(`T${index}`));
    const { keep, answer } = slowDisk();
    const idTags = new IdTags(5000, keptIdTags(), keep);
    const whole = idTags.set(many, true);
    const blocked = idTags.set([{ idTag: "t0", status: "Blocked" }], true);
    answer(true);
    answer(true);
    expect(await Promise.all([whole, blocked])).toEqual(["done", "done"]);
    expect(listed(idTags)).toEqual(["t0 Blocked"]);
    expect(await new IdTags(5000, keptIdTags()).set(many)).toBe("done");
    expect(await new IdTags(4999, keptIdTags()).set(many)).toBe("full");
  });

  it("knows what has become of it since a revision, until too much has been removed or all was exchanged", async () => {
    const idTags = new IdTags(2, keptIdTags(accepted("Abc")));
    const { revision } = idTags;
    const names = (since: number): unknown => {
      const news = idTags.since(since);
      return news === undefined ? undefined : [news.set.map(({ idTag }) => idTag), news.removed];
    };
    expect([names(revision), names(revision + 1), names(0)]).toEqual([[[], []], undefined, [["Abc"], []]]);
    await idTags.set([accepted("B")]);
    await idTags.remove("ABC");
    expect(names(revision)).toEqual([["B"], ["Abc"]]);
    // Whoever has the one spelling must not get the other as well.
    await idTags.remove("B");
    await idTags.set([accepted("aBC")]);
    expect(names(revision)).toEqual([["Abc"], ["B"]]);
    await idTags.set([accepted("C")]);
    await idTags.remove("C");
    const { revision: before } = idTags;
    await idTags.remove("Abc");
    expect([names(revision), names(before)]).toEqual([undefined, [[], ["Abc"]]]);
    await idTags.set([accepted("X")], true);
    expect([names(before), names(idTags.revision)]).toEqual([undefined, [[], []]]);
  });
});
