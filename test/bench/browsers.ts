// What browsers cost: the bridge with fifty of them against itself with none, under the same load; and one browser with the table of
// ten thousand charge points, whose rows change two thousand times a second.
import { fork } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { figure, inTurns, partOf, type Bench, type Figure, type Length } from "./bench.ts";
import { bridgeSettings } from "./bridgeSettings.ts";
import { identityOf, LoadClient, sendSteadily } from "./load.ts";
import { ServerUnderTest } from "./serverUnderTest.ts";

const KNOWN = 10_000;
/** Each sends once a second. */
const SENDING = 2000;
const SECONDS = 6;
const BROWSERS = 50;
const CONNECT_PAUSE_MS = 12;
/** Longer than the table is kept for nobody. */
const KEPT_SECONDS = 12;
const CHROMIUM = "/usr/bin/chromium";

const MORE = `${BROWSERS} browsers: more than none`;
const PAGE = "page with the table: main thread of the browser";

export const browsers: Bench = {
  name: "browsers",
  title: "Browsers",
  method:
    "CPU and lateness of the main thread of a bridge with 10,000 known charge points, of which 2,000 send MeterValues once a second, with fifty browsers that follow the table; and the main thread of a real browser that shows it.",
  yardstick: "the same bridge under the same load with no browser.",
  targets: [
    { figure: MORE, atMost: 10 },
    { figure: PAGE, atMost: 20 },
  ],
  run,
};

interface Busy {
  /** Percent of one. */
  readonly core: number;
  /** Milliseconds. */
  readonly late: number;
  /** Of events to all browsers. */
  readonly bytes: number;
}

type Load = (seconds: number) => Promise<void>;

async function run(length: Length): Promise<Figure[]> {
  const server = await ServerUnderTest.startBridge(await bridgeSettings({ chargePoints: KNOWN }));
  const { ocpp, hmi = "" } = server.addresses;
  const clients: LoadClient[] = [];
  for (let index = 0; index < partOf(SENDING, length); index++) {
    clients.push(await LoadClient.connect(ocpp, identityOf(index)));
    // The bridge takes no more at once (limits.acceptsPerSecond).
    await delay(CONNECT_PAUSE_MS);
  }
  let firstValue = 0;
  const load: Load = (seconds) =>
    sendSteadily(clients, {
      count: Math.ceil(clients.length * seconds),
      perSecond: clients.length,
      firstValue: (firstValue += 1_000_000),
    });
  const seconds = partOf(SECONDS, length);
  await load(seconds);
  const [none = [], fifty = []] = await inTurns([withNone, withFifty], length.rounds, (way) =>
    way(server, load, seconds),
  );
  const page = await measurePage(hmi, load, seconds);
  clients.forEach((client) => client.close());
  await server.stop();
  const of = (rounds: readonly Busy[], what: keyof Busy): number[] => rounds.map((each) => each[what]);
  return [
    figure("no browser: bridge", "% of a core", of(none, "core")),
    figure(`${BROWSERS} browsers: bridge`, "% of a core", of(fifty, "core")),
    figure(
      MORE,
      "% of a core",
      fifty.map(({ core }, round) => core - (none[round]?.core ?? Number.NaN)),
    ),
    figure(
      `${BROWSERS} browsers: sent to each`,
      "kB/s",
      fifty.map(({ bytes }) => bytes / BROWSERS / seconds / 1000),
    ),
    figure("no browser: lateness of the main thread, p99", "ms", of(none, "late")),
    figure(`${BROWSERS} browsers: lateness of the main thread, p99`, "ms", of(fifty, "late")),
    ...page,
  ];
}

async function withNone(server: ServerUnderTest, load: Load, seconds: number): Promise<Busy> {
  // With nobody looking the table is kept for a while.
  await load(KEPT_SECONDS);
  return measure(server, load, seconds, async () => 0);
}

async function withFifty(server: ServerUnderTest, load: Load, seconds: number): Promise<Busy> {
  const script = fileURLToPath(new URL("./eventReaders.ts", import.meta.url));
  const readers = fork(script, [server.addresses.hmi ?? "", String(BROWSERS)]);
  await once(readers, "message");
  await load(2);
  const busy = await measure(server, load, seconds, async () => {
    readers.send("bytes");
    const [{ bytes }] = (await once(readers, "message")) as [{ bytes: number }];
    return bytes;
  });
  readers.kill();
  return busy;
}

async function measure(
  server: ServerUnderTest,
  load: Load,
  seconds: number,
  bytesSoFar: () => Promise<number>,
): Promise<Busy> {
  await server.ask("loopDelay");
  const [cpu, sent] = [await server.ask("cpu"), await bytesSoFar()];
  const begin = performance.now();
  await load(seconds);
  const core = (100 * ((await server.ask("cpu")) - cpu)) / 1000 / (performance.now() - begin);
  return { core, late: await server.ask("loopDelay"), bytes: (await bytesSoFar()) - sent };
}

/** How busy the main thread of a browser is that shows the table. */
async function measurePage(hmi: string, load: Load, seconds: number): Promise<Figure[]> {
  if (!existsSync(CHROMIUM)) {
    process.stderr.write(`the page is not measured, because there is no ${CHROMIUM}\n`);
    return [];
  }
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox", "--disable-gpu"] });
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    await page.goto(`${hmi}/charge-points`);
    await page.getByText(identityOf(0)).first().waitFor();
    const session = await page.context().newCDPSession(page);
    await session.send("Performance.enable");
    const busy = async (): Promise<number> => {
      const { metrics } = await session.send("Performance.getMetrics");
      return metrics.find(({ name }) => name === "TaskDuration")?.value ?? 0;
    };
    await load(seconds);
    const before = await busy();
    const begin = performance.now();
    await load(seconds);
    const share = ((await busy()) - before) / ((performance.now() - begin) / 1000);
    return [figure(PAGE, "% of a core", share * 100)];
  } finally {
    await browser.close();
  }
}
