// A user's module is exchanged for its changed files while charge points go on asking it.
import { unlinkSync } from "node:fs";
import { expect, test } from "vitest";
import { moduleOf, modulesInTest, until, type ModulesInTest } from "./modulesInTest.ts";

const answers = (parentIdTag: string) => moduleOf(`return { status: "Accepted", parentIdTag: "${parentIdTag}" };`);

async function answerOf({ ask }: ModulesInTest, file: string): Promise<string | undefined> {
  const asked = await ask(file);
  return asked.kind === "answered" ? asked.answer.parentIdTag : asked.kind;
}

test("a changed module is taken into use, and no question in between is without answer", async () => {
  const inTest = modulesInTest();
  const file = inTest.write("a.mjs", answers("ONE"));
  expect(await answerOf(inTest, file)).toBe("ONE");
  inTest.write("a.mjs", answers("TWO"));
  const given = new Set<string | undefined>();
  await until(async () => given.add(await answerOf(inTest, file)).has("TWO"));
  expect([...given]).toEqual(["ONE", "TWO"]);
  expect(inTest.counts.entries().get("moduleReloads")).toBe(1);
  expect(inTest.counts.entries().get("moduleRestarts")).toBe(0);
});

test.each(["./list.mjs", "./list.json", "./list.ts"])(
  "a change of %s, which it imports, counts as well",
  async (name) => {
    const inTest = modulesInTest();
    const text = (tag: string) => (name.endsWith("json") ? JSON.stringify(tag) : `export default "${tag}";\n`);
    inTest.write(name, text("ONE"));
    const attributes = name.endsWith("json") ? ' with { type: "json" }' : "";
    const file = inTest.write(
      "a.mjs",
      `import parentIdTag from "${name}"${attributes};\nexport default () => ({ status: "Accepted", parentIdTag });\n`,
    );
    expect(await answerOf(inTest, file)).toBe("ONE");
    inTest.write(name, text("TWO"));
    await until(async () => (await answerOf(inTest, file)) === "TWO");
  },
);

test("a changed module with an error leaves the one from before in use, and says so", async () => {
  const inTest = modulesInTest();
  const file = inTest.write("a.mjs", answers("ONE"));
  expect(await answerOf(inTest, file)).toBe("ONE");
  inTest.write("a.mjs", "export default (\n");
  await until(() => inTest.counts.entries().get("moduleReloadsRefused") === 1);
  expect(await answerOf(inTest, file)).toBe("ONE");
  const error = expect.stringMatching(/^SyntaxError: .* \(a\.mjs:\d+\)$/u);
  expect(inTest.modules.state()).toEqual([{ file, isLoaded: true, error }]);
  const message = "the changed module cannot be loaded; the one from before goes on";
  expect(inTest.lines).toContainEqual({ level: "error", fields: { error }, message });
  inTest.write("a.mjs", answers("TWO"));
  await until(async () => (await answerOf(inTest, file)) === "TWO");
  expect(inTest.modules.state()).toEqual([{ file, isLoaded: true, error: "" }]);
});

test("a module whose file is removed goes on until there is one again", async () => {
  const inTest = modulesInTest();
  const file = inTest.write("a.mjs", answers("ONE"));
  expect(await answerOf(inTest, file)).toBe("ONE");
  unlinkSync(file);
  await until(() => inTest.modules.state()[0]?.error === "there is no such file");
  expect(await answerOf(inTest, file)).toBe("ONE");
  inTest.write("a.mjs", answers("TWO"));
  await until(async () => (await answerOf(inTest, file)) === "TWO");
});

test("an import that was missing is taken once it is there", async () => {
  const inTest = modulesInTest();
  const file = inTest.write("a.mjs", answers("ONE"));
  expect(await answerOf(inTest, file)).toBe("ONE");
  inTest.write(
    "a.mjs",
    'import { tag } from "./tag.mjs";\nexport default () => ({ status: "Accepted", parentIdTag: tag });\n',
  );
  await until(() => inTest.counts.entries().get("moduleReloadsRefused") === 1);
  inTest.write("tag.mjs", 'export const tag = "TWO";\n');
  await until(async () => (await answerOf(inTest, file)) === "TWO");
});

test("questions on their way are answered by the one that was asked", async () => {
  const inTest = modulesInTest();
  const waits = (tag: string) => `
    import { existsSync } from "node:fs";
    import { setTimeout } from "node:timers/promises";
    export default async ({ idTag }) => {
      while (idTag === "WAITS" && !existsSync("released")) await setTimeout(10);
      return { status: "Accepted", parentIdTag: "${tag}" };
    };\n`;
  const file = inTest.write("a.mjs", waits("ONE"));
  expect(await answerOf(inTest, file)).toBe("ONE");
  const waiting = inTest.ask(file, { idTag: "WAITS" });
  inTest.write("a.mjs", waits("TWO"));
  await until(async () => (await answerOf(inTest, file)) === "TWO");
  inTest.write("released", "");
  expect(await waiting).toEqual({ kind: "answered", answer: { status: "Accepted", parentIdTag: "ONE" } });
});

test("rules that are loaded again load their modules again, and end those that no rule asks any more", async () => {
  const inTest = modulesInTest();
  const { modules, write } = inTest;
  const counts = 'let count = 0; export default () => ({ status: "Accepted", parentIdTag: String(++count) });\n';
  const [kept, dropped] = [write("kept.mjs", counts), write("dropped.mjs", counts)];
  modules.use([kept, dropped]);
  await until(() => modules.state().every(({ isLoaded }) => isLoaded));
  expect([await answerOf(inTest, kept), await answerOf(inTest, kept)]).toEqual(["1", "2"]);
  modules.use([kept]);
  expect(modules.state().map(({ file }) => file)).toEqual([kept]);
  await until(async () => (await answerOf(inTest, kept)) === "1");
});

test("nothing is started once they are stopped", async () => {
  const { modules, write, ask } = modulesInTest();
  const file = write("a.mjs", answers("ONE"));
  await modules.stop();
  modules.use([file]);
  expect(modules.state()).toEqual([]);
  expect(await ask(file)).toEqual({ kind: "failed", reason: expect.stringContaining("the bridge is stopping") });
});
