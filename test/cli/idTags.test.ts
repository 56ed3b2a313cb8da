// `ocpp-opcua idtags`: the executable and a running bridge, with files that people and machines make, good and bad.
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { Workplace, type Ended, type Program } from "./programInTest.ts";

const workplace = new Workplace();
const settings = (name: string): string => `ocpp:
  listeners: [{ host: 127.0.0.1, port: 0, securityProfile: 0 }]
opcua: { host: 127.0.0.1, port: 0, anonymousRole: observer }
hmi: { host: 127.0.0.1, port: 0 }
store: { directory: ${name} }
limits: { maxIdTags: 3000 }
`;
let config: string;
let bridge: Program;

const run = (...args: string[]): Promise<Ended> => workplace.run(["idtags", ...args, "--config", config]);
const list = async (): Promise<string[]> => (await run("list")).out.split("\n").filter(Boolean);

async function start(): Promise<void> {
  bridge = workplace.start(["run", "--config", config, "--log-level", "error"]);
  await bridge.says("\n");
}

beforeAll(async () => {
  config = workplace.write("bridge.yaml", settings("data"));
  await start();
});

afterAll(() => workplace.clean());

describe("ocpp-opcua idtags", () => {
  it("sets, lists and removes through the running bridge, and what it has said is there after a kill", async () => {
    expect(await run("set", "Abc")).toEqual({ code: 0, out: "done\n", errors: "" });
    await run("set", "=1", "--status", "Blocked", "--expiry-date", "2030-01-01T01:00:00+01:00", "--parent-id-tag", "P");
    await run("set", "ABC", "--status", "Expired");
    expect(await list()).toEqual([
      "=1                    Blocked   2030-01-01T00:00:00Z  P",
      "Abc                   Expired",
    ]);
    bridge.signal("SIGKILL");
    await bridge.ended();
    // Reading needs no bridge.
    expect(await list()).toEqual([
      "=1                    Blocked   2030-01-01T00:00:00Z  P",
      "Abc                   Expired",
    ]);
    expect(await run("remove", "abc")).toMatchObject({
      code: 69,
      errors: expect.stringContaining("no bridge is running"),
    });
    await start();
    expect((await run("remove", "abc")).code).toBe(0);
    expect(await run("remove", "abc")).toMatchObject({
      code: 67,
      errors: 'error: there is no id tag "abc" in the list\n',
    });
    expect(await list()).toHaveLength(1);
  });

  test.each([
    [["set", ""], 65, "idTag: must have 1 to 20"],
    [["set", "a\u001b[31mb"], 65, "printable ASCII"],
    [["set", "A", "--expiry-date", "soon"], 65, "expiryDate: must be a time"],
    [["set", "A", "--status", "ConcurrentTx"], 64, "Allowed choices are Accepted, Blocked, Expired, Invalid"],
    [["import", "nowhere.csv"], 65, "nowhere.csv: it cannot be read"],
  ])("refuses %j with %i", async (args, code, text) => {
    expect(await run(...args)).toMatchObject({ code, out: "", errors: expect.stringContaining(text) });
  });

  it("exports what it imports back: quotes, commas, and what a spreadsheet would run", async () => {
    const entries = [
      '"A,""1""",Accepted,2030-01-01T00:00:00Z,P',
      "'=cmd(),Blocked,,'@p",
      "''q,Invalid,,",
      "plain,Expired,,",
    ];
    const sorted = entries.toSorted((one, other) => (one.includes('"') ? 0 : Number(one > other) * 2 - 1));
    const text = `\uFEFFidTag,status,expiryDate,parentIdTag\r\n${entries.join("\r\n")}\r\n`;
    const imported = await run("import", "--replace", workplace.write("in.csv", text));
    expect(imported).toEqual({ code: 0, out: "4 id tags imported\n", errors: "" });
    expect((await list()).map((line) => line.split(" ")[0] ?? "").toSorted()).toEqual([
      "'q",
      "=cmd()",
      'A,"1"',
      "plain",
    ]);
    const file = join(workplace.folder, "out.csv");
    expect(await run("export", "--output", file)).toMatchObject({ code: 0, out: "", errors: `4 id tags in ${file}\n` });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const [heading, ...lines] = readFileSync(file, "utf8").split("\r\n").filter(Boolean);
    expect(heading).toBe("idTag,status,expiryDate,parentIdTag");
    expect(lines.toSorted()).toEqual(sorted.toSorted());
    const { out } = await run("export");
    expect(out).toBe(readFileSync(file, "utf8"));
    expect((await run("import", "--replace", file)).code).toBe(0);
    expect((await run("export")).out).toBe(out);
  });

  it("adds to what there is, in as many pieces as it takes, with the columns that the file has", async () => {
    const rows = Array.from({ length: 2500 }, (_, index) => `Accepted,N${index}`);
    const imported = await run("import", workplace.write("many.csv", `status,idTag\n${rows.join("\n")}`));
    expect(imported).toEqual({ code: 0, out: "2500 id tags imported\n", errors: "" });
    expect(await list()).toHaveLength(2504);
  });

  it("imports nothing where there is no room for all", async () => {
    const rows = Array.from({ length: 1000 }, (_, index) => `M${index},Accepted`).join("\n");
    const added = await run("import", workplace.write("more.csv", `idTag,status\n${rows}`));
    expect(added).toMatchObject({
      code: 1,
      out: "",
      errors: expect.stringContaining("at most 3000 (limits.maxIdTags)"),
    });
    const long = Array.from({ length: 3001 }, (_, index) => `M${index},Accepted`).join("\n");
    const whole = await run("import", "--replace", workplace.write("long.csv", `idTag,status\n${long}`));
    expect(whole).toMatchObject({
      code: 1,
      out: "",
      errors: expect.stringContaining("at most 3000 (limits.maxIdTags)"),
    });
    expect(await list()).toHaveLength(2504);
  });

  const bad: readonly (readonly [what: string, text: string | Buffer, ...places: string[]])[] = [
    ["an empty file", "", ": it is empty"],
    ["a heading alone, which with --replace would remove all", "idTag,status\n", ": it holds no id tags"],
    ["no heading", "04A1,Accepted\n", ':1: unknown column "04A1"'],
    ["a misspelt column", "idtag,status\nA,Accepted\n", ':1: unknown column "idtag"; did you mean idTag?'],
    ["semicolons", "idTag;status\nA;Accepted\n", ":1: unknown column", "by commas, not by semicolons"],
    ["a column that is missing", "idTag,parentIdTag\nA,B\n", ":1: there is no column status"],
    ["a column twice", "idTag,status,status\nA,Accepted,Blocked\n", ":1: the column status is there twice"],
    [
      "too few and too many cells",
      "idTag,status\nA\nB,Accepted\nC,Accepted,\n",
      ":2: has 1 cells, and the heading 2",
      ":4: has 3 cells",
    ],
    [
      "every bad field",
      "idTag,status,expiryDate,parentIdTag\n,Accepted,,\nA,OK,,\nB,Accepted,1.1.2030,\nC,Accepted,,ä\n",
      ":2: idTag:",
      ":3: status:",
      ":4: expiryDate:",
      ":5: parentIdTag:",
    ],
    [
      "the same id tag in another case",
      "idTag,status\nAb,Accepted\nX,Accepted\naB,Blocked\n",
      ':4: idTag: "aB" stands on line 2 already; case does not matter',
    ],
    ["an open quote", 'idTag,status\n"A,Accepted\nB,Accepted\n', ":2: a quote is opened and never closed"],
    ["a terminal's codes", 'idTag,status\n"\u001b[2J",Accepted\n', ":2: idTag: must have"],
    ["UTF-16", Buffer.from("\uFEFFidTag,status\nA,Accepted\n", "utf16le"), ": it is no UTF-8 text"],
    ["a picture", Buffer.from([0x89, 0x50, 0x4e, 0x47, 0xd, 0xa, 0x1a, 0xa, 0, 0xff]), ": it is no UTF-8 text"],
    ["one endless line", `idTag,status\n${"x".repeat(3_000_000)}`, ":2: a cell has more than 1000 characters"],
    ["a thousand faults", `idTag,status\n${"A B C ,x\n".repeat(1000)}`, ":21: idTag:", "… and 980 more"],
  ];

  test.each(bad)("imports nothing of %s, and says what is wrong and where", async (_, text, ...places) => {
    const before = await list();
    const file = join(workplace.folder, "bad.csv");
    writeFileSync(file, text);
    const { code, out, errors } = await run("import", "--replace", file);
    expect([code, out]).toEqual([65, ""]);
    for (const place of places) expect(errors).toContain(place);
    expect(errors).toContain("error: nothing was imported\n");
    // oxlint-disable-next-line no-control-regex -- none may reach a terminal
    expect(errors).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/u);
    expect(errors.split("\n").length).toBeLessThan(25);
    expect(await list()).toEqual(before);
  });
});
