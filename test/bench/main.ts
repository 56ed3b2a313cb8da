// `npm run bench`: every figure that the project claims, each against something independent measured in the same run.
import { fork } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Bench, Figure, Length } from "./bench.ts";
import { benches } from "./benches.ts";
import { conditionsNow } from "./conditions.ts";
import { runBenches } from "./runner.ts";

/** Several times what the slowest takes. */
const LONGEST_MS = 2_700_000;

/** What it has started ends with it. */
async function run({ name }: Bench, { rounds, part }: Length): Promise<readonly Figure[]> {
  const script = fileURLToPath(new URL("./benchProcess.ts", import.meta.url));
  const child = fork(script, [name, String(rounds), String(part)], { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  let figures: readonly Figure[] | undefined;
  child.on("message", (message: { readonly figures: readonly Figure[] }) => (figures = message.figures));
  const timer = setTimeout(() => child.kill("SIGKILL"), LONGEST_MS);
  const [code, signal] = (await once(child, "exit")) as [number | null, string | null];
  clearTimeout(timer);
  if (code !== 0 || figures === undefined) throw new Error(`its process ended with ${code ?? signal}`);
  return figures;
}

process.exitCode = await runBenches(process.argv.slice(2), {
  benches,
  run,
  say: (text) => process.stdout.write(text),
  complain: (text) => process.stderr.write(text),
  read: (file) => (existsSync(file) ? readFileSync(file, "utf8") : undefined),
  write: (file, text) => writeFileSync(file, text),
  conditions: conditionsNow,
  now: Date.now,
  defaults: {
    json: fileURLToPath(new URL("./figures.generated.json", import.meta.url)),
    markdown: fileURLToPath(new URL("../../BENCHMARKS.md", import.meta.url)),
  },
  isProfiled: process.env["BENCH_PROFILE"] !== undefined,
});
