// What the command line of `npm run simulate-faults` asks for. Pure.
import { parseArgs } from "node:util";
import { variants } from "./variants.ts";

export const help = `usage: npm run simulate-faults -- [options]

Runs the bridge in simulated worlds in which processes are killed, disks fail, connections are cut and clocks are set,
and checks that its guarantees hold (G1 to G5 of RELIABILITY.md): freshness after every event, order and energy as messages come,
confirmed transactions at each kill, and all of it once everything has healed. A seed is a world: it always happens alike.

  --seeds N       how many worlds, 500 by default
  --from S        the first seed, 1 by default
  --seed S        this one alone
  --trace         prints everything that happens in the worlds
  --variant NAME  a bridge that is bad on purpose; "list" names them
  --help

It ends with 0 when every world got through, 1 at the first breach, 2 when it is called wrongly.
`;

/** Worlds to run. */
export interface Wanted {
  readonly from: number;
  readonly count: number;
  readonly isTraced: boolean;
  readonly variant: string | undefined;
}

/** `wrong` says what cannot be understood. */
export function wantedOf(args: readonly string[]): Wanted | "help" | "list" | { readonly wrong: string } {
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
