// `npm run load -- [options]`: thousands of charge points, a SCADA client and a page on one bridge, what that costs, and whether anything is lost.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import { checkTarget } from "../../src/simulator/ownTarget.ts";
import type { LoadPlan } from "./plan.ts";
import { growthOf, reportOf } from "./report.ts";
import { runLoad, type LoadResult, type RunningBridge } from "./run.ts";
import { MOST_ITEMS_EACH } from "./scadaItems.ts";
import { mostOpenFiles } from "./threads.ts";

const EXIT_FAILED = 1;
const EXIT_USAGE = 64;
const PASSWORD_VARIABLE = "OCPP_OPCUA_LOAD_PASSWORD";

interface Arguments {
  readonly chargePoints: number;
  readonly processes: number;
  readonly charging: number;
  readonly sampleInterval: number;
  readonly meterValuesPerSecond?: number;
  readonly heartbeatInterval: number;
  readonly transactionSeconds: number;
  readonly ramp: number;
  readonly items?: number;
  readonly publishingInterval: number;
  readonly page: boolean;
  readonly minutes: number;
  readonly aloneMinutes?: number;
  readonly yardstick: boolean;
  readonly ocpp?: string;
  readonly opcua?: string;
  readonly hmi?: string;
  readonly pid?: number;
  readonly user?: string;
  readonly policy: RunningBridge["policy"];
  readonly pki?: string;
  readonly yesThisIsMine?: string;
  readonly growth: boolean;
  readonly restart: boolean;
  readonly profile?: string;
  readonly json?: string;
}

function numberFrom(least: number, most: number, isWhole = true): (text: string) => number {
  return (text) => {
    const number = Number(text);
    const fits = text.trim() !== "" && number >= least && number <= most && (!isWhole || Number.isInteger(number));
    if (fits) return number;
    throw new InvalidArgumentError(`It must be a ${isWhole ? "whole " : ""}number from ${least} to ${most}.`);
  };
}

/** An option that was forgotten behind this one would otherwise become a folder. */
function folder(text: string): string {
  if (text !== "" && !text.startsWith("-")) return text;
  throw new InvalidArgumentError("It must be a folder.");
}

const MOST_CHARGE_POINTS = 20_000;
const MOST_ITEMS = 600_000;
const DEFAULT_ITEMS = 500_000;
const DEFAULT_ITEMS_EACH = 50;
const DAY_SECONDS = 86_400;

function programOf(): Command {
  const whole = numberFrom;
  const minutes = numberFrom(0.01, 1440, false);
  const seconds = numberFrom(0.5, DAY_SECONDS, false);
  return new Command("load")
    .description("puts a bridge under load, measures it, and compares what it has confirmed with what it keeps")
    .option("--charge-points <n>", "how many, with two connectors each", whole(1, MOST_CHARGE_POINTS), 10_000)
    .option("--processes <n>", "processes that hold them", whole(1, 64), 2)
    .option("--charging <percent>", "connectors that charge", numberFrom(0, 100, false), 30)
    .option(
      "--sample-interval <s>",
      "from one MeterValues (ten values) of a charging connector to its next",
      seconds,
      10,
    )
    .option("--meter-values-per-second <n>", "of all together, instead of --sample-interval", whole(1, 100_000))
    .option("--heartbeat-interval <s>", "of a charge point", seconds, 60)
    .option("--transaction-seconds <s>", "length of a transaction; the next one begins at once", seconds, 300)
    .option("--ramp <n>", "charge points that connect in a second", whole(1, 10_000), 150)
    .option("--items <n>", `monitored items; default ${DEFAULT_ITEMS_EACH} a charge point`, whole(0, MOST_ITEMS))
    .option("--publishing-interval <ms>", "of the subscription", whole(10, 60_000), 1000)
    .option("--no-page", "let no browser look at the table of charge points")
    .option("--minutes <n>", "how long is measured while SCADA and the page look", minutes, 10)
    .option(
      "--alone-minutes <n>",
      "how long is measured before; default a fifth of --minutes",
      numberFrom(0, 1440, false),
    )
    .option("--no-yardstick", "do not measure the bare server with the same messages")
    .option("--growth", "a tenth of the time each with 100, 1,000 and 10,000 charge points", false)
    .option("--restart", "kill the bridge at the end and start it again on what it has kept", false)
    .option(
      "--profile <folder>",
      "say which functions of which thread take the time; the profiles are written there",
      folder,
    )
    .option("--json <file>", "write all figures there")
    .option("--ocpp <url>", "load a bridge that runs, with charge points LOAD00000 … known to it: ws://HOST:PORT")
    .option("--opcua <url>", "its opc.tcp://HOST:PORT")
    .option("--hmi <url>", "its http://HOST:PORT")
    .option("--pid <n>", "its process, for CPU and memory", whole(1, 4_194_304))
    .option("--user <name>", `who reads there as an operator; the password stands in ${PASSWORD_VARIABLE}`)
    .addOption(
      new Option("--policy <name>", "security policy there")
        .choices(["None", "Basic256Sha256"])
        .default("Basic256Sha256"),
    )
    .option("--pki <folder>", "where the SCADA client keeps the certificate that the bridge there has to trust", folder)
    .option("--yes-this-is-mine <host>", "the host of a bridge that runs elsewhere; every other one is refused")
    .showHelpAfterError("(--help says more)");
}

function planOf(asked: Arguments): LoadPlan {
  const { chargePoints, minutes, meterValuesPerSecond, sampleInterval } = asked;
  const charging = asked.charging / 100;
  const items = asked.items ?? Math.min(DEFAULT_ITEMS, DEFAULT_ITEMS_EACH * chargePoints);
  const sampleSeconds =
    meterValuesPerSecond === undefined ? sampleInterval : (chargePoints * 2 * charging) / meterValuesPerSecond;
  const seconds = minutes * 60;
  const aloneSeconds = (asked.aloneMinutes ?? minutes / 5) * 60;
  return {
    chargePoints,
    processes: Math.min(asked.processes, chargePoints),
    charging,
    sampleSeconds,
    heartbeatSeconds: asked.heartbeatInterval,
    transactionSeconds: asked.transactionSeconds,
    ramp: asked.ramp,
    items: Math.min(items, MOST_ITEMS_EACH * chargePoints),
    publishingIntervalMs: asked.publishingInterval,
    hasPage: asked.page,
    seconds,
    aloneSeconds,
    yardstickSeconds: asked.yardstick ? Math.min(60, aloneSeconds > 0 ? aloneSeconds : seconds) : 0,
  };
}

/** Of a bridge that runs: its addresses, all on this machine or allowed by name; a sentence why not; nothing where one is to be started. */
async function runningOf(asked: Arguments): Promise<RunningBridge | string | undefined> {
  const { ocpp, opcua, hmi, pid, user, policy, pki, yesThisIsMine } = asked;
  if (asked.profile !== undefined && asked.restart)
    return "--profile and --restart exclude each other: what is killed writes no profile";
  if (ocpp === undefined && opcua === undefined && hmi === undefined) return undefined;
  if (ocpp === undefined || opcua === undefined || hmi === undefined)
    return "--ocpp, --opcua and --hmi go together: all three of one bridge";
  if (asked.restart || asked.profile !== undefined)
    return "only a bridge that the tool has started can be killed or profiled";
  const urls: string[] = [];
  for (const text of [ocpp, opcua, hmi]) {
    const checked = await checkTarget(text, yesThisIsMine);
    if ("refusal" in checked) return checked.refusal;
    urls.push(checked.url);
  }
  const [ocppUrl = "", opcuaUrl = "", hmiUrl = ""] = urls;
  const login = user === undefined ? undefined : { name: user, password: process.env[PASSWORD_VARIABLE] ?? "" };
  return { ocpp: ocppUrl, opcua: opcuaUrl, hmi: hmiUrl, pid, login, policy, pki };
}

/** Sockets of charge points, and what a process has open besides. */
const OPEN_BESIDES = 300;

function lackOfFiles(chargePoints: number): string | undefined {
  const most = mostOpenFiles();
  const needed = chargePoints + OPEN_BESIDES;
  if (most >= needed) return undefined;
  return `a process may have ${most} files open here, and ${chargePoints} charge points need ${needed}: ulimit -n ${needed} first (as root, or LimitNOFILE= where systemd starts it)`;
}

const GROWTH = [100, 1000, 10_000];

function plansOf(asked: Arguments): readonly LoadPlan[] {
  if (!asked.growth) return [planOf(asked)];
  const short = { ...asked, minutes: asked.minutes / 10 };
  return GROWTH.map((chargePoints) => planOf({ ...short, chargePoints }));
}

async function main(argv: readonly string[]): Promise<number> {
  const program = programOf().exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : EXIT_USAGE));
  const asked = program.parse([...argv]).opts<Arguments>();
  const plans = plansOf(asked);
  const running = await runningOf(asked);
  const lack = typeof running === "string" ? running : lackOfFiles(Math.max(...plans.map((plan) => plan.chargePoints)));
  if (lack !== undefined) {
    process.stderr.write(`load: ${lack}\n`);
    return EXIT_USAGE;
  }
  const begin = performance.now();
  const say = (line: string): void =>
    void process.stderr.write(`${((performance.now() - begin) / 1000).toFixed(0).padStart(5)} s  ${line}\n`);
  const results: LoadResult[] = [];
  for (const plan of plans) {
    const { profile, restart: isRestarted } = asked;
    const profileFolder = profile === undefined ? undefined : join(profile, `${plan.chargePoints}-charge-points`);
    if (profileFolder !== undefined) mkdirSync(profileFolder, { recursive: true });
    const started = running as RunningBridge | undefined;
    results.push(await runLoad({ plan, running: started, profileFolder, isRestarted, say }));
  }
  const [only] = results;
  process.stdout.write(`${asked.growth || only === undefined ? growthOf(results) : reportOf(only)}\n`);
  if (asked.json !== undefined) writeFileSync(asked.json, `${JSON.stringify(results, undefined, 2)}\n`);
  return results.every(({ lost, problems }) => lost.length === 0 && problems.length === 0) ? 0 : EXIT_FAILED;
}

for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => process.exit(EXIT_FAILED));
try {
  process.exitCode = await main(process.argv);
} catch (error) {
  process.stderr.write(`load: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(EXIT_FAILED);
}
