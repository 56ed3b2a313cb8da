// The list of id tags on disk: as a whole or not at all, the same after a restart, and as CSV that reads back what was written.
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, describe, expect, it, test } from "vitest";
import { idTagLines, unguarded } from "../../src/datapoints/idTagCsv.ts";
import { idTagsIn } from "../../src/store/idTagsIn.ts";
import { migrations } from "../../src/store/migrations.ts";
import { noIdTags, type IdTag, type IdTagChange } from "../../src/twin/idTags.ts";
import { start, StoresInTest } from "./storeInTest.ts";

const stores = new StoresInTest();
afterEach(() => stores.clean());

const change = (more: Partial<IdTagChange>): IdTagChange => ({
  revision: 1,
  set: [],
  removed: [],
  isWhole: false,
  forgets: false,
  ...more,
});
const A: IdTag = { idTag: "Abc", status: "Accepted", expiresAt: 1_800_000_000_000, parentIdTag: "P" };
const B: IdTag = { idTag: "B", status: "Blocked" };
const listed = (directory: string): IdTag[] => [...idTagsIn(directory)].flat();

describe("the list of id tags on disk", () => {
  it("is there when the change is confirmed, and again after a restart", async () => {
    const directory = await stores.folder();
    const store = await stores.open(directory);
    expect(store.restored.idTags).toEqual(noIdTags);
    expect(await store.idTags(change({ set: [A, B] }))).toBe(true);
    expect(listed(directory)).toEqual([A, B]);
    await stores.close(store);
    const again = await stores.open(directory);
    const first = { revision: 1, entries: [A, B].map((entry) => ({ ...entry, revision: 1 })), removed: [] };
    expect(again.restored.idTags).toEqual({ ...first, completeSince: 0 });
    const second = change({ revision: 2, set: [{ idTag: "ABC", status: "Expired" }], removed: ["b"] });
    expect(await again.idTags(second)).toBe(true);
    expect(listed(directory)).toEqual([{ idTag: "Abc", status: "Expired" }]);
    await stores.close(again);
    const third = await stores.open(directory);
    expect(third.restored.idTags).toEqual({
      revision: 2,
      entries: [{ idTag: "Abc", status: "Expired", revision: 2 }],
      removed: [{ idTag: "b", revision: 2 }],
      completeSince: 0,
    });
    expect(await third.idTags(change({ revision: 3, set: [B], isWhole: true, forgets: true }))).toBe(true);
    await stores.close(third);
    const { restored } = await stores.open(directory);
    expect(restored.idTags).toEqual({ revision: 3, entries: [{ ...B, revision: 3 }], removed: [], completeSince: 3 });
  });

  it("takes nothing of a change of which a part cannot be written, and says so", async () => {
    const directory = await stores.folder();
    const store = await stores.open(directory);
    const odd = { idTag: "C", status: "ConcurrentTx" } as unknown as IdTag;
    expect(await store.idTags(change({ set: [A, odd], isWhole: true }))).toBe(false);
    expect(listed(directory)).toEqual([]);
    expect(await store.idTags(change({ set: [B] }))).toBe(true);
    expect(listed(directory)).toEqual([B]);
  });

  it("leaves out what somebody has written into the file that is no id tag", async () => {
    const directory = await stores.folder();
    await stores.close(await stores.open(directory));
    const database = new Database(join(directory, "state.db"));
    database.exec(
      "INSERT INTO id_tags (key, id_tag, status, revision) VALUES ('x', 'no\nid tag', 'Accepted', 1), ('b', 'B', 'Blocked', 1)",
    );
    database.close();
    expect((await stores.open(directory)).restored.idTags.entries).toEqual([{ ...B, revision: 1 }]);
  });

  it("comes to a file of the version before, which keeps what it has", async () => {
    const directory = await stores.folder();
    const old = new Database(join(directory, "state.db"));
    old.exec(String(migrations[0]));
    old.pragma("user_version = 1");
    old.exec("INSERT INTO register (charge_point, entry) VALUES ('CP001', '{}')");
    old.close();
    const store = await stores.open(directory);
    expect([...store.restored.register]).toEqual([["CP001", "{}"]]);
    expect(await store.idTags(change({ set: [A] }))).toBe(true);
    expect((await store.ledger.keep(start())).kind).toBe("started");
  });

  it("is read in pages in the order of the alphabet, however long it is", async () => {
    const directory = await stores.folder();
    const store = await stores.open(directory);
    const many = Array.from({ length: 2500 }, (_, index) => ({
      idTag: `T${String(index).padStart(5, "0")}`,
      status: "Accepted" as const,
    }));
    await store.idTags(change({ set: many.toReversed() }));
    expect([...idTagsIn(directory)].map(({ length }) => length)).toEqual([1000, 1000, 500]);
    expect(listed(directory)).toEqual(many);
  });

  it("has changes in the order in which they were wanted, the long ones as well", async () => {
    const directory = await stores.folder();
    const store = await stores.open(directory);
    const many = Array.from({ length: 5000 }, (_, index) => ({ idTag: `T${index}`, status: "Accepted" as const }));
    const blocked: IdTag = { idTag: "T4999", status: "Blocked" };
    const long = store.idTags(change({ set: [...many, A], isWhole: true }));
    const short = store.idTags(change({ revision: 2, set: [blocked] }));
    expect(await Promise.all([long, short])).toEqual([true, true]);
    expect(listed(directory)).toHaveLength(5001);
    expect(listed(directory)).toEqual(expect.arrayContaining([A, blocked]));
  });

  it("is of one moment, however much of it changes while it is read", async () => {
    const directory = await stores.folder();
    const store = await stores.open(directory);
    const many = Array.from({ length: 1500 }, (_, index) => ({ idTag: `T${index}`, status: "Accepted" as const }));
    await store.idTags(change({ set: many }));
    const pages = idTagsIn(directory);
    expect(pages.next().value).toHaveLength(1000);
    await store.idTags(change({ revision: 2, set: [B], isWhole: true }));
    expect([...pages].map(({ length }) => length)).toEqual([500]);
    expect(listed(directory)).toEqual([B]);
  });

  it("is missing in one sentence where no bridge has run", async () => {
    const directory = await stores.folder();
    expect(() => listed(directory)).toThrow(`no bridge has run here yet: ${directory} has no state.db`);
  });
});

describe("a line of CSV", () => {
  test.each([
    [A, "Abc,Accepted,2027-01-15T08:00:00Z,P\r\n"],
    [{ ...B, idTag: 'a,"b' }, '"a,""b",Blocked,,\r\n'],
    // A spreadsheet would run them.
    [{ ...B, idTag: "=cmd()" }, "'=cmd(),Blocked,,\r\n"],
    [{ ...B, idTag: "+1", parentIdTag: "@x" }, "'+1,Blocked,,'@x\r\n"],
    [{ ...B, idTag: "'=x" }, "''=x,Blocked,,\r\n"],
  ] as const)("of %j is %j", (entry, line) => {
    expect(idTagLines([entry])).toBe(line);
  });

  it.each(["=1+1", "-1", "+1", "@a", "'", "''", "'=1", "'a", "a", "''=1"])("of %j reads back as it was", (idTag) => {
    const [cell = ""] = idTagLines([{ ...B, idTag }]).split(",");
    expect(unguarded(cell)).toBe(idTag);
  });
});
