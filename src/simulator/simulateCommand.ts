// `ocpp-opcua simulate`: runs a fleet against any central system until it is told to stop, and says on standard error how it goes.
// Reading the command line is the business of src/cli.
import { systemClock } from "../std/clock.ts";
import type { Clock } from "../std/clock.ts";
import { runFleet } from "./fleet.ts";
import type { FleetOptions, FleetProgress } from "./fleet.ts";

export interface SimulateOptions extends Omit<FleetOptions, "onProgress" | "clock"> {
  /** Stops by itself after so many seconds; absent = runs until the signal. */
  durationSeconds?: number;
  /** Stops the fleet, as on SIGINT. */
  signal: AbortSignal;
  /** Where progress goes, by default the process's standard error. */
  output?: { write(text: string): unknown; isTTY?: boolean };
  clock?: Clock;
}

/** How often a log, which is not a terminal, gets a line. */
const LOG_LINE_EVERY = 10;

/** Resolves with the exit code when the fleet has stopped: 0, or 1 when no charge point could ever connect. */
export async function simulateCommand(options: SimulateOptions): Promise<number> {
  const { signal, durationSeconds, output = process.stderr, clock = systemClock, ...fleetOptions } = options;
  let everConnected = false;
  let previous: FleetProgress | undefined;
  let lines = 0;
  const report = (progress: FleetProgress): void => {
    everConnected ||= progress.connected > 0;
    if (output.isTTY === true) output.write(`\r\x1b[K${progressLine(progress, previous)}`);
    else if (lines++ % LOG_LINE_EVERY === 0) output.write(`${progressLine(progress, previous)}\n`);
    previous = progress;
  };
  // The clock's timers let the process end; while no socket is open, this one keeps it.
  const alive = setInterval(() => undefined, 60_000);
  const fleet = runFleet({ ...fleetOptions, clock, onProgress: report });
  try {
    await untilStopped(signal, clock, durationSeconds);
    const last = fleet.progress();
    everConnected ||= last.connected > 0;
    output.write(`${output.isTTY === true ? "\n" : ""}${summary(last, everConnected)}\n`);
  } finally {
    await fleet.stop();
    clearInterval(alive);
  }
  return everConnected ? 0 : 1;
}

/** One line, such as `connected 25/25  charging 21/48  84 msg/s  problems 0`. */
export function progressLine(progress: FleetProgress, previous: FleetProgress | undefined): string {
  const frames = (each: FleetProgress): number => each.framesSent + each.framesReceived;
  const perSecond = frames(progress) - (previous === undefined ? 0 : frames(previous));
  const { connected, chargePoints, charging, connectors, faulted, problems, lastProblem } = progress;
  const isNew = problems > (previous?.problems ?? 0);
  return (
    `connected ${connected}/${chargePoints}  charging ${charging}/${connectors}  faulted ${faulted}  ` +
    `${perSecond} msg/s  problems ${problems}${isNew ? ` (${lastProblem.slice(0, 80)})` : ""}`
  );
}

function summary(progress: FleetProgress, everConnected: boolean): string {
  if (!everConnected) return `no charge point could connect; ${progress.lastProblem || "no answer"}`;
  const { framesSent, framesReceived, transactions, problems } = progress;
  return `stopped: ${framesSent} frames sent, ${framesReceived} received, ${transactions} transactions, ${problems} problems`;
}

function untilStopped(signal: AbortSignal, clock: Clock, durationSeconds: number | undefined): Promise<void> {
  return new Promise((done) => {
    if (signal.aborted) return done();
    const timer = durationSeconds === undefined ? undefined : clock.after(durationSeconds * 1000, () => done());
    const stopNow = (): void => {
      timer?.cancel();
      done();
    };
    signal.addEventListener("abort", stopNow, { once: true });
  });
}
