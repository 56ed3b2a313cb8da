// `npm run simulate-faults`: runs worlds of many seeds, and says of the first that breaks a guarantee which one, how, and how to see it again.
import { variants } from "./variants.ts";
import { help, wantedOf, type Wanted } from "./wanted.ts";
import { run, type Run } from "./world.ts";

const PROGRESS_EVERY = 500;

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
