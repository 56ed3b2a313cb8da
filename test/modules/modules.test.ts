// A user's own module decides (INTERFACES §4): what it is asked and may answer, and that nothing it does reaches anybody else.
import { expect, test } from "vitest";
import { moduleOf, modulesInTest, until } from "./modulesInTest.ts";

const ACCEPTS = moduleOf('return { status: "Accepted" };');
const accepted = { kind: "answered", answer: { status: "Accepted" } };

test("a module is asked with the question, frozen, and answers with the fields of a verdict", async () => {
  const { write, ask } = modulesInTest();
  const file = write(
    "billing.mjs",
    moduleOf(`
      const isFrozen = [question, question.chargePoint, question.payload].every(Object.isFrozen);
      const hasContext = context.now instanceof Date && context.signal instanceof AbortSignal;
      return { status: "Accepted", data: JSON.stringify({ question, isFrozen, hasContext }), unknown: 1 };
    `),
  );
  const payload = { vendorId: "org.example", data: "x" };
  const asked = await ask(file, { action: "DataTransfer", connectorId: 2, payload });
  const question = {
    action: "DataTransfer",
    chargePoint: { id: "CP001" },
    connectorId: 2,
    idTag: "TAG1",
    payload,
  };
  const data = JSON.stringify({ question, isFrozen: true, hasContext: true });
  expect(asked).toEqual({ kind: "answered", answer: { status: "Accepted", data } });
});

test.each([
  ["rules.mjs", 'export default (question) => ({ status: "Accepted", parentIdTag: question.chargePoint.id });\n'],
  [
    "rules.js",
    'import { basename } from "node:path";\nexport default async () => ({ status: "Accepted", parentIdTag: basename("/CP001") });\n',
  ],
  ["rules.cjs", 'module.exports = async () => ({ status: "Accepted", parentIdTag: "CP001" });\n'],
  [
    "rules.ts",
    'import type { Question, Verdict } from "ocpp-opcua";\nexport default async (question: Question): Promise<Verdict> => ({ status: "Accepted", parentIdTag: question.chargePoint.id });\n',
  ],
])("%s is a module", async (name, text) => {
  const { write, ask } = modulesInTest();
  const answer = { status: "Accepted", parentIdTag: "CP001" };
  expect(await ask(write(name, text))).toEqual({ kind: "answered", answer });
});

test("a module that answers undefined does not know", async () => {
  const { write, ask } = modulesInTest();
  expect(await ask(write("a.mjs", moduleOf("")))).toEqual({ kind: "unknown" });
});

test.each([
  ["throws", moduleOf('throw new TypeError("no database");'), /it threw TypeError: no database \(a\.mjs:1\)$/u],
  ["throws what is no error", moduleOf("throw { code: 7 };"), /it threw \{ code: 7 \}$/u],
  [
    "throws what cannot be shown",
    moduleOf("throw { [Symbol.for('nodejs.util.inspect.custom')]() { throw 1; } };"),
    /it threw something that cannot be shown$/u,
  ],
  ["rejects", 'export default () => Promise.reject(new Error("gone"));\n', /it threw Error: gone \(a\.mjs:1\)$/u],
  ["answers null", moduleOf("return null;"), /it has answered null and no object with a status$/u],
  ["answers a text", moduleOf('return "Accepted";'), /it has answered 'Accepted' and no object with a status$/u],
  ["answers without status", moduleOf("return { accepted: true };"), /it has answered an object without status$/u],
  ["answers a number for a status", moduleOf("return { status: 1 };"), /it has answered a status that is no text: 1$/u],
  [
    "answers a date",
    moduleOf('return { status: "Accepted", expiryDate: new Date(0) };'),
    /a expiryDate that is no text/u,
  ],
  [
    "answers a function",
    moduleOf("return { status: () => {} };"),
    /it has answered a status that is no text: \[Function: status\]$/u,
  ],
  [
    "answers a getter that throws",
    moduleOf('return { get status() { throw new Error("no"); } };'),
    /it threw Error: no/u,
  ],
  [
    "answers a megabyte",
    moduleOf('return { status: "Accepted", data: "x".repeat(1e6) };'),
    /it has answered a data of 1000000 characters$/u,
  ],
  [
    "answers a status of another action",
    moduleOf('return { status: "UnknownVendorId" };'),
    /what OCPP does not allow: status /u,
  ],
  [
    "changes the question",
    moduleOf('question.payload.idTag = "OTHER";'),
    /it threw TypeError: Cannot assign to read only property 'idTag'/u,
  ],
])("a module that %s has failed, with its reason, and is asked again", async (_, text, reason) => {
  const { write, ask, counts } = modulesInTest();
  const file = write("a.mjs", text);
  for (let time = 0; time < 2; time++)
    expect(await ask(file)).toEqual({ kind: "failed", reason: expect.stringMatching(reason) });
  expect(counts.entries().get("moduleRestarts")).toBe(0);
});

test.each([
  ["is not there", undefined, /there is no such file$/u],
  ["has a syntax error", "export default async (question => {};\n", /SyntaxError: .* \(a\.mjs:1\)$/u],
  ["has no default export", "export const decide = () => {};\n", /it has no default export$/u],
  ["exports no function", "export default { status: 'Accepted' };\n", /its default export is no function$/u],
  ["throws while it is loaded", 'throw new Error("no licence");\n', /Error: no licence \(a\.mjs:1\)$/u],
  ["imports what is not there", 'import "./missing.mjs";\n', /Cannot find module .*missing\.mjs/u],
  ["exits while it is loaded", "process.exit(3);\n", /it ended its process with code 3$/u],
])("a module that %s is named as unusable, and used once it is mended", async (_, text, reason) => {
  const { write, ask, modules } = modulesInTest();
  const file = write("a.mjs", "");
  const { unlinkSync } = await import("node:fs");
  if (text === undefined) unlinkSync(file);
  else write("a.mjs", text);
  expect(await ask(file)).toEqual({ kind: "failed", reason: expect.stringMatching(reason) });
  await until(() => modules.state()[0]?.error !== "");
  expect(modules.state()).toEqual([{ file, isLoaded: false, error: expect.stringMatching(reason) }]);
  write("a.mjs", ACCEPTS);
  await until(async () => (await ask(file)).kind === "answered");
  expect(modules.state()).toEqual([{ file, isLoaded: true, error: "" }]);
});

const ends = `if (question.idTag === "BAD") {`;

test.each([
  ["exits", "process.exit(3);", /it ended its process with code 3$/u],
  ["aborts", "process.abort();", /its process was ended by SIGABRT$/u],
  [
    "throws behind the question's back",
    'setImmediate(() => { throw new Error("late"); }); await new Promise(() => {});',
    /it threw what nobody has caught: Error: late \(a\.mjs:1\)$/u,
  ],
  // One array, which ends a whole process where it grows in a thread.
  [
    "allocates numbers without bound",
    "const all = []; for (;;) all.push(1.5);",
    /more memory than limits\.maxModuleMegabytes \(64\) allows$/u,
  ],
  [
    "allocates objects without bound",
    "const all = []; for (;;) all.push({ all });",
    /more memory than limits\.maxModuleMegabytes \(64\) allows$/u,
  ],
  [
    "allocates texts without bound",
    "const all = new Set(); for (let i = 0; ; i++) all.add(`key${i}`);",
    /more memory than limits\.maxModuleMegabytes \(64\) allows$/u,
  ],
  [
    "allocates buffers without bound",
    "const all = []; for (;;) { all.push(Buffer.alloc(1e7, 1)); await new Promise(setImmediate); }",
    /more memory than limits\.maxModuleMegabytes \(64\) allows$/u,
  ],
])("a module that %s takes its open questions along, and is started again", async (_, text, reason) => {
  const { write, ask, counts } = modulesInTest();
  const file = write(
    "a.mjs",
    moduleOf(
      `${ends} ${text} } if (question.idTag === "WAITS") await new Promise(() => {}); return { status: "Accepted" };`,
    ),
  );
  expect(await ask(file)).toEqual(accepted);
  const both = [ask(file, { idTag: "WAITS" }), ask(file, { idTag: "BAD" })];
  expect(await Promise.all(both)).toEqual(both.map(() => ({ kind: "failed", reason: expect.stringMatching(reason) })));
  await until(async () => (await ask(file)).kind === "answered");
  expect(counts.entries().get("moduleRestarts")).toBe(1);
});

test("a module that loops for ever is ended and started again, and whoever is asked beside it is not late", async () => {
  const { write, ask, said, modules } = modulesInTest();
  const loops = write("loops.mjs", moduleOf(`${ends} for (;;); } return { status: "Accepted" };`));
  const other = write("other.mjs", ACCEPTS);
  modules.use([loops, other]);
  await Promise.all([ask(loops), ask(other)]);
  const stuck = ask(loops, { idTag: "BAD" }, 0.3);
  expect(await ask(other)).toEqual(accepted);
  expect(await stuck).toEqual({ kind: "failed", reason: "has not answered within 0.3 s" });
  // Asked while it loops: told of its end.
  expect(await ask(loops)).toEqual({ kind: "failed", reason: expect.stringContaining("as if it looped for ever") });
  await until(async () => (await ask(loops)).kind === "answered");
  expect(said()).toContain("the process of a module has ended; it is started again");
});

test("a module that never settles a question is told that it is too late, and keeps answering the others", async () => {
  const { write, ask, counts, lines } = modulesInTest();
  const file = write(
    "a.mjs",
    moduleOf(`
      if (question.idTag !== "BAD") return { status: "Accepted" };
      context.signal.addEventListener("abort", () => context.log("given up", { why: context.signal.reason.message }));
      await new Promise(() => {});
    `),
  );
  expect(await ask(file)).toEqual(accepted);
  expect(await ask(file, { idTag: "BAD" }, 0.1)).toEqual({ kind: "failed", reason: "has not answered within 0.1 s" });
  await until(() => lines.some(({ message }) => message === "given up"));
  expect(lines.find(({ message }) => message === "given up")).toMatchObject({
    level: "info",
    fields: { fields: '{"why":"the answer is too late"}' },
  });
  // Longer than a process that does not listen is let live.
  for (const end = performance.now() + 1500; performance.now() < end;) expect(await ask(file)).toEqual(accepted);
  expect(counts.entries().get("moduleRestarts")).toBe(0);
});

test("a rejected promise that nobody waits for is said in the log, and the module goes on", async () => {
  const { write, ask, lines, counts } = modulesInTest();
  const file = write("a.mjs", moduleOf('void Promise.reject(new Error("stray")); return { status: "Accepted" };'));
  expect(await ask(file)).toEqual(accepted);
  await until(() => lines.some(({ fields }) => String(fields["reason"]).startsWith("Error: stray")));
  expect(await ask(file)).toEqual(accepted);
  expect(counts.entries().get("moduleRestarts")).toBe(0);
});

test("several questions are on their way at the same time", async () => {
  const { write, ask } = modulesInTest();
  const file = write(
    "a.mjs",
    `let release; const all = new Promise((resolve) => (release = resolve)); let count = 0;
     export default async () => { if (++count === 50) release(); await all; return { status: "Accepted" }; };\n`,
  );
  const answers = await Promise.all(Array.from({ length: 50 }, () => ask(file)));
  expect(answers).toEqual(answers.map(() => accepted));
});

test("questions beyond limits.maxModuleQuestions fail at once, until one has its answer", async () => {
  const { write, ask } = modulesInTest({ maxModuleQuestions: 2 });
  const file = write(
    "a.mjs",
    'let release; export default async ({ idTag }) => { if (idTag === "GO") release?.(); else await new Promise((resolve) => (release = resolve)); return { status: "Accepted" }; };\n',
  );
  const waiting = ask(file, { idTag: "WAITS" });
  const released = ask(file, { idTag: "GO" });
  expect(await ask(file)).toEqual({ kind: "failed", reason: expect.stringContaining("2 questions to answer already") });
  expect(await Promise.all([waiting, released])).toEqual([accepted, accepted]);
});

test("what a module prints goes to the log line by line", async () => {
  const { write, ask, lines } = modulesInTest();
  const file = write(
    "a.mjs",
    moduleOf(
      'console.log("one\\u001b[2J\\ntwo"); console.error("three"); process.stdout.write("four"); return { status: "Accepted" };',
    ),
  );
  expect(await ask(file)).toEqual(accepted);
  await until(() => lines.some(({ message }) => message === "three") && lines.some(({ message }) => message === "two"));
  const printed = lines.filter(({ fields }) => "printedTo" in fields);
  expect(printed).toContainEqual({ level: "info", fields: { printedTo: "stdout" }, message: "one�[2J" });
  expect(printed).toContainEqual({ level: "warn", fields: { printedTo: "stderr" }, message: "three" });
});

test.each(["console.log", "console.error", "context.log"])("a flood of %s is cut and counted", async (print) => {
  const { write, ask, lines } = modulesInTest();
  const flood = `for (let i = 0; i < 20000; i++) ${print}("flood " + i); return { status: "Accepted" };`;
  const file = write("a.mjs", moduleOf(flood));
  expect(await ask(file)).toEqual(accepted);
  await until(() => lines.some(({ fields }) => Number(fields["dropped"]) > 0));
  const flooded = lines.filter(({ message }) => message.startsWith("flood")).length;
  expect(flooded).toBeGreaterThan(0);
  expect(flooded).toBeLessThan(5000);
});

test("nothing of a module goes to our standard output, where the ready line stands", async () => {
  const { write, ask, lines } = modulesInTest();
  const file = write(
    "a.mjs",
    'process.stdout.write("ready {}\\n"); export default async () => ({ status: "Accepted" });\n',
  );
  expect(await ask(file)).toEqual(accepted);
  await until(() => lines.some(({ message }) => message === "ready {}"));
});

test("a module cannot speak on the channel of its process", async () => {
  const { write, ask } = modulesInTest();
  const file = write("a.mjs", moduleOf("return { status: typeof process.send + typeof process.disconnect };"));
  expect(await ask(file, { action: "DataTransfer" })).toMatchObject({
    kind: "failed",
    reason: expect.stringContaining("status"),
  });
});

test("a module sees a copy of our environment and its own folder", async () => {
  const { write, ask } = modulesInTest();
  const file = write(
    "a.mjs",
    moduleOf(
      'process.env.PATH = ""; return { status: "Accepted", data: process.cwd() === import.meta.dirname ? "own" : "other" };',
    ),
  );
  const before = process.env["PATH"];
  expect(await ask(file, { action: "DataTransfer" })).toEqual({
    kind: "answered",
    answer: { status: "Accepted", data: "own" },
  });
  expect(process.env["PATH"]).toBe(before);
});

test("no more than 32 modules run; the others are said in the log and have failed", async () => {
  const { write, ask, modules, said } = modulesInTest();
  const files = Array.from({ length: 32 }, (_, index) => `/nowhere/${index}.mjs`);
  modules.use(files);
  expect(modules.state().map(({ file }) => file)).toEqual(files);
  expect(await ask(write("a.mjs", ACCEPTS))).toEqual({
    kind: "failed",
    reason: expect.stringContaining("32 modules already"),
  });
  expect(modules.state().map(({ file }) => file)).toEqual(files);
  expect(said()).toContain("the rules ask more than 32 modules; these are not run");
});

test("a module that no rule asks is not started by a question", async () => {
  const { write, modules } = modulesInTest();
  const file = write("a.mjs", ACCEPTS);
  const question = { action: "Authorize", chargePointId: "CP001", idTag: "TAG1", payload: {} } as const;
  const asked = modules.source(file)(question, { signal: new AbortController().signal });
  await expect(asked).rejects.toThrow("no rule asks it any more");
  expect(modules.state()).toEqual([]);
});
