// `npm run simulate-faults`: runs worlds of many seeds, and says of the first that breaks a guarantee which one, how, and how to see it again.
import { parseArgs } from "node:util";
import { variants } from "./variants.ts";
import { run, type Run } from "./world.ts";

const help = `usage: npm run simulate-faults -- [options]

Runs the bridge in simulated worlds in which processes are killed, disks fail, connections are cut and clocks are set,
and checks after every event that its guarantees hold (G1 to G5 of the README). A seed is a world: it always happens alike.

  --seeds N       how many worlds, 500 by default
  --from S        the first seed, 1 by default
  --seed S        this one alone
  --trace         prints everything that happens in the worlds
  --variant NAME  a bridge that is bad on purpose; "list" names them
  --help

It ends with 0 when every world got through, 1 at the first breach, 2 when it is called wrongly.
`;

const PROGRESS_EVERY = 500;

interface Wanted {
  readonly from: number;
  readonly count: number;
  readonly isTraced: boolean;
  readonly variant: string | undefined;
}

function wantedOf(args: readonly string[]): Wanted | "help" | "list" | { readonly wrong: string } {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        seeds: { type: "string", default: "500" },
        from: { type: "string", default: "1" },
        seed: { type: "string" },
        trace: { type: "boolean", default: false },
        variant: { type: "string" },
        help: { type: "boolean", default: false },
      },
    });
    if (values.help) return "help";
    if (values.variant === "list") return "list";
    const [from, count] = [Number(values.seed ?? values.from), Number(values.seed === undefined ? values.seeds : 1)];
    if (!isCount(from) || !isCount(count))
      return { wrong: "a seed, and how many there are, is a whole number from 1 on" };
    if (values.variant !== undefined && variants.every(({ name }) => name !== values.variant))
      return { wrong: `there is no variant ${JSON.stringify(values.variant)}; --variant list names them` };
    return { from, count, isTraced: values.trace, variant: values.variant };
  } catch (error) {
    return { wrong: error instanceof Error ? error.message : String(error) };
  }
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value > 0;
}

async function simulate({ from, count, isTraced, variant }: Wanted): Promise<number> {
  const seams = variants.find(({ name }) => name === variant)?.seams;
  const begin = performance.now();
  let events = 0;
  for (let seed = from; seed < from + count; seed++) {
    const world = await run({ seed, isTraced, ...(seams && { seams }) });
    events += world.events;
    if (isTraced) process.stdout.write(`${world.trace.join("\n")}\n`);
    if (world.breach !== undefined) {
      await tellBreach(world, { isTraced, variant });
      return 1;
    }
    const done = seed - from + 1;
    if (done % PROGRESS_EVERY === 0) process.stderr.write(`${done} of ${count} worlds, ${events} events\n`);
  }
  const seconds = (performance.now() - begin) / 1000;
  const perSecond = Math.round(events / seconds);
  process.stdout.write(
    `${count} worlds from seed ${from} on got through: ${events} events in ${seconds.toFixed(1)} s, ${perSecond} a second\n`,
  );
  return 0;
}

async function tellBreach(
  { seed, breach }: Run,
  { isTraced, variant }: Pick<Wanted, "isTraced" | "variant">,
): Promise<void> {
  const named = variant === undefined ? "" : ` --variant ${JSON.stringify(variant)}`;
  if (!isTraced) {
    const seams = variants.find(({ name }) => name === variant)?.seams;
    const again = await run({ seed, isTraced: true, ...(seams && { seams }) });
    process.stdout.write(`${again.trace.join("\n")}\n`);
  }
  process.stdout.write(
    `\nseed ${seed} breaks ${breach?.guarantee}: ${breach?.what}\nsee it again: npm run simulate-faults -- --seed ${seed} --trace${named}\n`,
  );
}

const wanted = wantedOf(process.argv.slice(2));
if (wanted === "help") process.stdout.write(help);
else if (wanted === "list") process.stdout.write(`${variants.map(({ name }) => name).join("\n")}\n`);
else if ("wrong" in wanted) {
  process.stderr.write(`${wanted.wrong}\n\n${help}`);
  process.exitCode = 2;
} else process.exitCode = await simulate(wanted);
