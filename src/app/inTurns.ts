// Commands in turns: however much is wanted at once, charge points are answered in between (G6). It knows no command and loses none.
import type { Clock, Timer } from "../std/clock.ts";
import type { Commander } from "../twin/commands.ts";

/** What commands may take of the main thread before everybody else has had a turn; one that is begun is not broken off. */
const TURN_MS = 5;

/** `command` at once while there is time, else after those who wait before it. */
export function inTurns(command: Commander, clock: Pick<Clock, "monotonic" | "after">): Commander {
  const waiting: (() => void)[] = [];
  let spentMs = 0;
  let next: Timer | undefined;

  function run(begin: () => void): void {
    const start = clock.monotonic();
    begin();
    spentMs += clock.monotonic() - start;
    next ??= clock.after(0, turn);
  }

  function turn(): void {
    next = undefined;
    spentMs = 0;
    for (let begin = waiting.shift(); begin !== undefined; begin = waiting.shift()) {
      run(begin);
      if (spentMs >= TURN_MS) return;
    }
  }

  return (wanted, requester, flaw) =>
    new Promise((resolve) => {
      const begin = (): void => resolve(command(wanted, requester, flaw));
      if (waiting.length > 0 || spentMs >= TURN_MS) waiting.push(begin);
      else run(begin);
    });
}
