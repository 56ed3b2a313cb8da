// `ocpp-opcua run`: the bridge until SIGTERM or SIGINT, with the simulated charge points of the settings if there are any.
import { startBridge, type Bridge } from "../app/start.ts";
import { loadSettings } from "../settings/load.ts";
import type { SimulationSettings } from "../settings/settings.ts";
import { runFleet } from "../simulator/fleet.ts";
import { systemClock } from "../std/clock.ts";
import { openLog } from "../std/log.ts";
import { exitCodes } from "./exitCodes.ts";

export interface RunOptions {
  readonly config: string;
  readonly data?: string;
  readonly logLevel: string;
}

/** Serves until a signal; the exit code says how it ended. */
export async function run({ config, data, logLevel }: RunOptions): Promise<number> {
  const loaded = loadSettings(config, data === undefined ? {} : { dataDirectory: data });
  if (loaded.text !== "") process.stderr.write(`${loaded.text}\n`);
  if (!("settings" in loaded)) return exitCodes.configuration;
  const { settings } = loaded;
  const log = openLog(logLevel);
  const signalled = untilSignal();
  let bridge: Bridge;
  try {
    bridge = await startBridge({ settings, clock: systemClock, log });
  } catch (error) {
    process.stderr.write(`ocpp-opcua cannot start: ${error instanceof Error ? error.message : String(error)}\n`);
    return exitCodes.failed;
  }
  const { simulation } = settings;
  const fleet = simulation === undefined ? undefined : startFleet(bridge.addresses.ocpp[0] ?? "", simulation);
  process.stdout.write(`ready ${JSON.stringify(bridge.addresses)}\n`);
  await signalled;
  log.info({}, "stopping");
  await fleet?.stop();
  await bridge.stop();
  return exitCodes.ok;
}

/** Seconds; cars that live faster than the clock would otherwise be gone before they are measured. */
const DEMO_SAMPLE_SECONDS = "5";

function startFleet(url: string, { chargePoints, speed }: SimulationSettings): ReturnType<typeof runFleet> {
  return runFleet({
    url,
    count: chargePoints,
    speed,
    configuration: { MeterValueSampleInterval: DEMO_SAMPLE_SECONDS },
  });
}

/** Resolves at the first SIGTERM or SIGINT; further ones change nothing. */
function untilSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => resolve());
  });
}
