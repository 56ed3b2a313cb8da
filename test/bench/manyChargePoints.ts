// What `npm run load` puts on one bridge, as benches: ten thousand charge points for ten minutes, two thousand MeterValues a second, and how
// the figures grow. Yardstick: the bare server with the same charge points and messages.
import { hasBrowser } from "../load/page.ts";
import type { LoadPlan } from "../load/plan.ts";
import { ALONE, runLoad, WATCHED, YARDSTICK, type LoadResult } from "../load/run.ts";
import { figure, partOf, type Bench, type Figure, type Length, type Target } from "./bench.ts";

const CHARGE_POINTS = 10_000;
const ITEMS_EACH = 50;
const CONNECTORS_CHARGING = 0.3;
const PUBLISHING_INTERVAL_MS = 1000;
const ABOVE_INTERVAL = "frame → notification, p99 above the publishing interval";
const ofEither: readonly Target[] = [
  { figure: "watched: resident memory at most", atMost: 2000 },
  { figure: "watched: CPU", atMost: 100 },
  { figure: "watched: answer to MeterValues, p99", atMost: 50 },
  { figure: "alone: CPU of a message / bare ws", atMost: 1.5 },
  { figure: "watched: CPU of a message / bare ws", atMost: 3 },
];
const YARDSTICK_TEXT =
  "a server of bare `ws` that parses each frame and answers it, with the same charge points and messages.";

/** As `npm run load` has it without options. */
const usual: LoadPlan = {
  chargePoints: CHARGE_POINTS,
  processes: 2,
  charging: CONNECTORS_CHARGING,
  sampleSeconds: 10,
  heartbeatSeconds: 60,
  transactionSeconds: 300,
  ramp: 150,
  items: CHARGE_POINTS * ITEMS_EACH,
  publishingIntervalMs: PUBLISHING_INTERVAL_MS,
  hasPage: true,
  seconds: 600,
  aloneSeconds: 60,
  yardstickSeconds: 60,
};

export const tenThousand: Bench = {
  name: "tenThousand",
  title: "Ten thousand charge points",
  method:
    "10,000 charge points with two connectors each, 30 % of these charging: ten values every 10 s, a transaction of five minutes after the other, a Heartbeat a minute. First a minute alone, then ten minutes with 500,000 items monitored at 1 s over SignAndEncrypt and, where there is Chromium, a page in a browser; then all that was confirmed is compared with what is kept, which fails the bench where anything is lost, and the bridge is killed and started again. All of it on one machine.",
  yardstick: YARDSTICK_TEXT,
  targets: [
    { figure: "ready after kill -9", atMost: 15 },
    { figure: "500,000 monitored items are created and told", atMost: 30 },
    { figure: `watched: ${ABOVE_INTERVAL}`, atMost: 100 },
    ...ofEither,
  ],
  run: async (length) => {
    const result = await loaded(usual, length, true);
    return [
      figure("ready after kill -9", "s", once(result, "ready after kill -9 (s)")),
      figure(
        "500,000 monitored items are created and told",
        "s",
        once(result, "until all items are created and told (s)"),
      ),
      ...figuresOf(result, "alone", ALONE),
      ...figuresOf(result, "watched", WATCHED),
      ...comparedOf(result),
    ];
  },
};

export const twoThousandPerSecond: Bench = {
  name: "twoThousandPerSecond",
  title: "Two thousand MeterValues a second",
  method:
    "The same 10,000 charge points with 2,000 MeterValues of ten values a second, a minute alone and two with 500,000 monitored items, without a page; then all that was confirmed is compared with what is kept, which fails the bench where anything is lost.",
  yardstick: YARDSTICK_TEXT,
  targets: ofEither,
  run: async (length) => {
    const plan = { ...usual, sampleSeconds: 3, hasPage: false, seconds: 120 };
    const result = await loaded(plan, length, false);
    return [...figuresOf(result, "alone", ALONE), ...figuresOf(result, "watched", WATCHED), ...comparedOf(result)];
  },
};

const GROWTH = [100, 1000, 10_000] as const;

export const growth: Bench = {
  name: "growth",
  title: "From a hundred charge points to ten thousand",
  method:
    "The load of `tenThousand` with 100, 1,000 and 10,000 charge points, with 50 monitored items for each and a page, a minute each.",
  yardstick: YARDSTICK_TEXT,
  targets: [],
  run: async (length) => {
    const figures: Figure[] = [];
    for (const chargePoints of GROWTH) {
      const plan = { ...usual, chargePoints, items: chargePoints * ITEMS_EACH, seconds: 60, aloneSeconds: 0 };
      const result = await loaded(plan, length, false);
      figures.push(...figuresOf(result, `${chargePoints.toLocaleString("en")} charge points`, WATCHED));
    }
    return figures;
  },
};

/** Rejects where anything is lost, or goes wrong. */
async function loaded(plan: LoadPlan, length: Length, isRestarted: boolean): Promise<LoadResult> {
  const seconds = (whole: number): number => (whole === 0 ? 0 : Math.max(3, whole * length.part));
  const chargePoints = partOf(plan.chargePoints, length);
  const asked = {
    ...plan,
    chargePoints,
    items: chargePoints * ITEMS_EACH,
    hasPage: plan.hasPage && hasBrowser(),
    seconds: seconds(plan.seconds),
    aloneSeconds: seconds(plan.aloneSeconds),
    yardstickSeconds: seconds(plan.yardstickSeconds),
  };
  const say = (line: string): void => void process.stderr.write(`  ${line}\n`);
  const result = await runLoad({ plan: asked, isRestarted, say });
  const wrong = [...result.lost, ...result.problems];
  if (wrong.length > 0) throw new Error(`of ${chargePoints} charge points ${wrong.length} things: ${wrong[0]}`);
  return result;
}

function once({ once: found }: LoadResult, name: string): number {
  return found[name] ?? Number.NaN;
}

/** Of one stretch of time, with the ratio to the bare server. */
function figuresOf(result: LoadResult, title: string, phase: string): Figure[] {
  const of = (name: string, where = phase): number => result.phases[where]?.figures[name] ?? Number.NaN;
  const perMessage = "CPU of a message, whole process (µs)";
  const shown = (name: string, unit: string, value: number): Figure[] =>
    Number.isNaN(value) ? [] : [figure(`${title}: ${name}`, unit, value)];
  return [
    ...shown("messages", "1/s", of("messages (1/s)")),
    ...shown("CPU", "% of a core", of("CPU of whole process (% of a core)")),
    ...shown("CPU of a message", "µs", of(perMessage)),
    {
      ...figure(`${title}: CPU of a message / bare ws`, "×", of(perMessage) / of(perMessage, YARDSTICK)),
      ratioTo: "bare ws",
    },
    ...shown("answer to MeterValues, p50", "ms", of("answer to MeterValues, p50 (ms)")),
    ...shown("answer to MeterValues, p99", "ms", of("answer to MeterValues, p99 (ms)")),
    ...shown("answer of bare ws, p99", "ms", of("answer to MeterValues, p99 (ms)", YARDSTICK)),
    ...shown(
      "answer to starts and ends, p99",
      "ms",
      of("answer to starts and ends, which wait for the disk, p99 (ms)"),
    ),
    ...shown("notifications", "1/s", of("notifications (1/s)")),
    ...shown("frame → notification, p50", "ms", of("frame → notification, p50 (ms)")),
    ...shown(ABOVE_INTERVAL, "ms", of("frame → notification, p99 (ms)") - PUBLISHING_INTERVAL_MS),
    ...shown("resident memory at most", "MB", of("resident memory at most (MB)")),
  ];
}

/** What was confirmed and found again; nothing of it is lost, or there would be no figures. */
function comparedOf(result: LoadResult): Figure[] {
  return ["starts of transactions", "ends of transactions", "registers"].map((what) =>
    figure(`confirmed ${what}, all found again`, "", once(result, `confirmed ${what}, compared`)),
  );
}
