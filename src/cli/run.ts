// `ocpp-opcua run`: the bridge until SIGTERM or SIGINT, with the simulated charge points of the settings if there are any.
import { prepareDataDirectory } from "../app/dataDirectory.ts";
import type { FirstLogin } from "../app/firstAdministrator.ts";
import { RulesFault } from "../app/rulesInUse.ts";
import { VendorsFault } from "../app/vendorProfiles.ts";
import { startBridge, type Bridge } from "../app/start.ts";
import { loadSettings } from "../settings/load.ts";
import type { Settings, SimulationSettings } from "../settings/settings.ts";
import { runFleet } from "../simulator/fleet.ts";
import { systemClock } from "../std/clock.ts";
import { openLog, type Log } from "../std/log.ts";
import { StoreFault } from "../store/faults.ts";
import { exitCodes } from "./exitCodes.ts";
import { keepHeapsSmall } from "./heaps.ts";

export interface RunOptions {
  readonly config: string;
  readonly data?: string;
  readonly logLevel: string;
}

/** Serves until a signal; the exit code says how it ended. */
export async function run({ config, data, logLevel }: RunOptions): Promise<number> {
  keepHeapsSmall();
  const signalled = untilSignal();
  const hangUp = onHangUp();
  const loaded = loadSettings(config, {
    withCertificates: true,
    ...(data === undefined ? {} : { dataDirectory: data }),
  });
  if (loaded.text !== "") process.stderr.write(`${loaded.text}\n`);
  if (!("settings" in loaded)) return exitCodes.configuration;
  const { settings } = loaded;
  const fault = prepareDataDirectory(settings.store.directory);
  if (fault !== undefined) return refuse(fault, exitCodes.configuration);
  const log = openLog(logLevel);
  try {
    return await serve(settings, { log, signalled, hangUp });
  } finally {
    await log.end();
  }
}

interface Surroundings {
  readonly log: Log;
  readonly signalled: Promise<void>;
  readonly hangUp: HangUp;
}

async function serve(settings: Settings, { log, signalled, hangUp }: Surroundings): Promise<number> {
  const starting = startBridge({ settings, clock: systemClock, log, showFirstLogin });
  const bridge = await Promise.race([starting, signalled]).catch((error: unknown) => error as Error);
  if (bridge instanceof RulesFault || bridge instanceof VendorsFault) {
    process.stderr.write(`${bridge.message}\n`);
    return exitCodes.configuration;
  }
  if (bridge instanceof Error) return refuse(bridge.message, exitCodeOf(bridge));
  if (bridge === undefined) return abandon(starting, settings.limits.stopTimeoutSeconds);
  hangUp.run = () => {
    bridge.reloadRules();
    bridge.reloadCertificates();
  };
  const { simulation } = settings;
  const fleet = simulation === undefined ? undefined : startFleet(bridge.addresses.ocpp[0] ?? "", simulation);
  process.stdout.write(`ready ${JSON.stringify(bridge.addresses)}\n`);
  await signalled;
  log.info({}, "stopping");
  await fleet?.stop();
  await bridge.stop();
  return exitCodes.ok;
}

/** Not by the log, which may be kept, sent and searched. */
function showFirstLogin({ name, password }: FirstLogin): void {
  const change = `ocpp-opcua users password ${name} --password-stdin`;
  process.stderr.write(
    `\nNobody could log in yet, so a user has been made. This is shown once:\n\n  user name  ${name}\n  password   ${password}\n\nReplace the password: ${change}\n\n`,
  );
}

/** What the settings name cannot be used as a store: as wrong as the settings themselves. */
function exitCodeOf(error: Error): number {
  return error instanceof StoreFault && !error.isElsewhere ? exitCodes.configuration : exitCodes.failed;
}

function refuse(sentence: string, exitCode: number): number {
  process.stderr.write(`ocpp-opcua cannot start: ${sentence}\n`);
  return exitCode;
}

/** A signal came while the bridge was starting: what has been started is stopped; a start that hangs does not keep the process. */
async function abandon(starting: Promise<Bridge>, withinSeconds: number): Promise<never> {
  const stopped = starting.then(
    (bridge) => bridge.stop(),
    () => {},
  );
  await Promise.race([stopped, new Promise<void>((late) => systemClock.after(withinSeconds * 1000, late))]);
  process.exit(exitCodes.ok);
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

interface HangUp {
  run: () => void;
}

/** SIGHUP, which would end the process, reads the rules and the certificates again once the bridge serves. */
function onHangUp(): HangUp {
  const hangUp: HangUp = { run: () => {} };
  process.on("SIGHUP", () => hangUp.run());
  return hangUp;
}

/** Resolves at the first SIGTERM or SIGINT; further ones change nothing. */
function untilSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => resolve());
  });
}
