// What a command of the command line says at its end, and its exit code.
import type { CommandOutcome } from "../twin/commands.ts";
import { exitCodeOf, exitCodes } from "./exitCodes.ts";
import { explainOutcome, harmless } from "./outcomeText.ts";
import type { Surroundings } from "./storeReading.ts";

/** A sentence for standard error; gives back the exit code. */
export function say({ errors }: Pick<Surroundings, "errors">, text: string, exitCode: number): number {
  errors.write(`error: ${harmless(text)}\n`);
  return exitCode;
}

/** What came of something that was wanted of the bridge itself; `done` is what is said once it is. */
export function sayOutcome(outcome: CommandOutcome, surroundings: Surroundings, done = "done"): number {
  if (outcome.kind !== "answered") return say(surroundings, explainOutcome("", outcome), exitCodeOf[outcome.kind]);
  surroundings.out.write(`${done}\n`);
  return exitCodes.ok;
}
