// `npm run soak`: watches a bridge for half an hour or longer while life goes on around it, and says what grows; `--help` says how.
import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { HELP, readOptions, type SoakOptions } from "./options.ts";
import { reportOf } from "./report.ts";
import { soak } from "./soak.ts";

/** As the shell says it of SIGINT. */
const BROKEN_OFF = 130;

async function run(options: SoakOptions): Promise<number> {
  const soaked = await soak(options, (line) => void process.stderr.write(`${line}\n`)).catch((error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
  });
  if (soaked === undefined) return 1;
  process.stdout.write(reportOf(soaked, options));
  const machine = { processor: cpus()[0]?.model, processors: cpus().length, node: process.version };
  if (options.json !== undefined)
    writeFileSync(options.json, `${JSON.stringify({ options, machine, ...soaked }, null, 2)}\n`);
  return soaked.faults.length === 0 ? 0 : 1;
}

const options = readOptions(process.argv.slice(2));
if (options === "help") {
  process.stdout.write(HELP);
} else if ("wrong" in options) {
  process.stderr.write(`${options.wrong}\n\n${HELP}`);
  process.exitCode = 64;
} else {
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(BROKEN_OFF));
  // Whatever a client has left behind must not keep it.
  process.exit(await run(options));
}
