// The log of a real process whose standard error nobody reads, or reads late.
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, constants, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";

const CHILD = fileURLToPath(new URL("logChild.ts", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "ocpp-opcua-log-"));
const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

/** A log of 100 KiB for each line that it is sent. */
class LoggingChild {
  readonly process: ChildProcess;
  readonly #ended: Promise<unknown>;

  constructor(errors: "pipe" | number) {
    this.process = spawn(process.execPath, [CHILD], { stdio: ["pipe", "pipe", errors] });
    this.#ended = once(this.process, "close");
    ends.push(() => this.process.kill("SIGKILL"));
  }

  async ask(line: string): Promise<string> {
    this.process.stdin?.write(`${line}\n`);
    const [answer] = (await once(this.process.stdout as NonNullable<ChildProcess["stdout"]>, "data")) as [Buffer];
    return answer.toString().trim();
  }

  async ended(): Promise<number | null> {
    this.process.stdin?.end();
    await this.#ended;
    return this.process.exitCode;
  }
}

/** A pipe of the system with nobody at its other end who reads; 64 KiB fit into it. */
function unreadPipe(): number {
  const path = join(folder, `pipe${ends.length}`);
  execFileSync("mkfifo", [path]);
  const reads = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const writes = openSync(path, "w");
  ends.push(() => {
    closeSync(reads);
    closeSync(writes);
    rmSync(path);
  });
  return writes;
}

describe("the log", () => {
  it("holds up nothing while nobody reads standard error, and not the end either", async () => {
    const child = new LoggingChild(unreadPipe());
    for (let count = 1; count <= 20; count++) expect(await child.ask("go on")).toBe(String(count));
    expect(await child.ended()).toBe(0);
  });

  it("holds up nothing where standard error is a socket that is not read, and counts the lines that it drops", async () => {
    const child = new LoggingChild("pipe");
    child.process.stderr?.pause();
    for (let count = 1; count <= 20; count++) expect(await child.ask("go on")).toBe(String(count));
    let text = "";
    child.process.stderr?.setEncoding("utf8").on("data", (part: string) => (text += part));
    child.process.stderr?.resume();
    expect(await child.ended()).toBe(0);
    const lines = text.trimEnd().split("\n");
    const parsed = lines.map((line) => JSON.parse(line) as { msg: string; dropped?: number });
    const dropped = parsed.reduce((sum, line) => sum + (line.dropped ?? 0), 0);
    expect(dropped).toBeGreaterThan(0);
    expect(parsed.filter(({ msg }) => msg === "go on").length + dropped).toBeGreaterThanOrEqual(2000);
  });

  it.each([
    ["after an orderly end", "go on", 0, "the last line"],
    ["after an exception that nobody catches", "throw", 1, "throw"],
  ])("has its last line %s", async (_, word, code, last) => {
    const path = join(folder, word);
    const file = openSync(path, "w");
    const child = new LoggingChild(file);
    await child.ask(word);
    expect(await child.ended()).toBe(code);
    closeSync(file);
    const lines = readFileSync(path, "utf8")
      .split("\n")
      .filter((line) => line.startsWith("{"));
    expect(lines.filter((line) => line.includes(`"msg":"${word}"`))).toHaveLength(100);
    expect(JSON.parse(lines.at(-1) ?? "")).toHaveProperty("msg", last);
  });
});
