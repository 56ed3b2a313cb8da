// One bench in a process of its own, so that none finds what another has left behind. Arguments: its name, rounds, part (bench.ts, Length).
// Sends its figures to its parent.
import { benches } from "./benches.ts";

// Without it nobody wants the figures.
process.on("disconnect", () => process.exit(1));

const [name, rounds, part] = process.argv.slice(2);
const bench = benches.find((one) => one.name === name);
if (bench === undefined) throw new Error(`no bench called ${name}`);
const figures = await bench.run({ rounds: Number(rounds), part: Number(part) });
process.send?.({ figures }, () => process.exit(0));
