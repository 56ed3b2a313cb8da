// The Prometheus page: counters and gauges of the program and of the process. It only reads.
import { readdir } from "node:fs/promises";
import { collectDefaultMetrics, Counter, Gauge, Registry } from "prom-client";
import type { CountName, Counts } from "../std/counts.ts";

/** Numbers that are read when the page is asked for. */
export type Gauges = Readonly<Record<GaugeName, number>>;
export type GaugeName =
  | "chargePointsKnown"
  | "chargePointsConnected"
  | "chargePointsPending"
  | "transactionsActive"
  | "storeFailing"
  | "rulesInUse"
  | "rulesRefused"
  | "scadaMethodConnected";

const counterHelp: Readonly<Record<CountName, string>> = {
  framesReceived: "OCPP frames received",
  framesSent: "OCPP frames sent",
  badFrames: "OCPP frames that could not be read",
  callErrorsSent: "CALLERROR frames sent",
  violations: "Deviations from the OCPP schema that were tolerated",
  linksOpened: "WebSocket links opened",
  linksClosed: "WebSocket links closed",
  linksRefused: "WebSocket connections refused",
  loginsFailed: "Connections refused for wrong credentials",
  tlsFailed: "Connections that ended in their TLS handshake",
  takeOvers: "Links taken over by a newer socket of the same identity",
  samplesPublished: "Datapoint values handed to the projections",
  decisions: "Questions decided",
  decisionsImpaired: "Decisions in which a rule could not be evaluated or who was asked has not answered",
  decisionsUntold: "Decisions that were told by no event because their charge point asks too often",
  ruleReloads: "Times that changed rules were taken into use",
  ruleReloadsRefused: "Times that changed rules were refused and those from before stayed",
  moduleReloads: "Times that a changed module was taken into use",
  moduleReloadsRefused: "Times that a changed module could not be loaded and the one from before stayed",
  moduleRestarts: "Times that the process of a module has ended by itself while it was in use",
  answersWithheld: "Starts and ends of transactions that were not answered because the disk refused them",
  samplesKept: "Samples written to the history",
  samplesLost: "Samples that the history could not keep: the disk refused them for too long, or they came too fast",
  eventsKept: "Events written to the history",
  eventsLost: "Events that the history could not keep: the disk refused them for too long, or they came too fast",
  messagesNotKept: "Messages that are missing in the message log because it could not be written fast enough",
  commandsSent: "Commands sent to charge points",
  commandsAnswered: "Commands done, whatever the charge point answered",
  commandsFailed: "Commands answered with CALLERROR or with something that cannot be understood",
  commandsTimedOut: "Commands sent but not answered in time",
  commandsRefused: "Commands that the bridge has not sent or done",
  effectsObserved: "Commands whose effect was seen",
  effectsMissed: "Commands whose effect was not seen in time",
};

const gaugeHelp: Readonly<Record<GaugeName, string>> = {
  chargePointsKnown: "Charge points known",
  chargePointsConnected: "Charge points with a live socket",
  chargePointsPending: "Charge points whose registration is pending",
  transactionsActive: "Transactions running",
  storeFailing: "1 while the disk refuses and no start or end of a transaction is confirmed, else 0",
  rulesInUse: "Rules by which questions of charge points are decided",
  rulesRefused: "1 while the rules files as they are now are not in use because of an error, else 0",
  scadaMethodConnected: "1 while SCADA's own server is connected, whose method decisions.scadaMethod names, else 0",
};

/** Decisions of one kind since the start of the program. */
export interface Decided {
  readonly action: string;
  /** Whose answer it was. */
  readonly source: string;
  /** The status that was answered. */
  readonly status: string;
  readonly count: number;
  readonly totalMs: number;
}

export interface MetricsSources {
  readonly counts: Counts;
  readonly gauges: () => Gauges;
  readonly decisions: () => Iterable<Decided>;
}

/** Of the library: each goes through all sockets, and ten thousand of them keep charge points waiting for a tenth of a second. */
const DEAR_METRICS = [
  "process_open_fds",
  "nodejs_active_handles",
  "nodejs_active_handles_total",
  "nodejs_active_requests",
  "nodejs_active_requests_total",
  "nodejs_active_resources",
  "nodejs_active_resources_total",
];

/** Counted beside the main thread; where there is no such folder the figure is left out, as the library does it. */
function addOpenFiles(registry: Registry): void {
  if (process.platform !== "linux") return;
  new Gauge({
    name: "process_open_fds",
    help: "Number of open file descriptors.",
    registers: [registry],
    async collect() {
      const open = await readdir("/proc/self/fd");
      this.set(open.length - 1);
    },
  });
}

/** Renders the page; names are `ocpp_opcua_<name>`, counters end in `_total`. */
export function openMetrics({ counts, gauges, decisions }: MetricsSources): {
  readonly type: string;
  render(): Promise<string>;
} {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  for (const name of DEAR_METRICS) registry.removeSingleMetric(name);
  addOpenFiles(registry);
  for (const [name, help] of Object.entries(counterHelp) as [CountName, string][]) {
    new Counter({
      name: `ocpp_opcua_${snakeCase(name)}_total`,
      help,
      registers: [registry],
      collect() {
        this.reset();
        this.inc(counts.entries().get(name) ?? 0);
      },
    });
  }
  for (const [name, help] of Object.entries(gaugeHelp) as [GaugeName, string][]) {
    new Gauge({
      name: `ocpp_opcua_${snakeCase(name)}`,
      help,
      registers: [registry],
      collect() {
        this.set(gauges()[name]);
      },
    });
  }
  addDecisions(registry, decisions);
  return { type: registry.contentType, render: () => registry.metrics() };
}

/** How many decisions of each kind, and how long they took: the one divided by the other is the mean latency. */
function addDecisions(registry: Registry, decisions: MetricsSources["decisions"]): void {
  const add = (name: string, help: string, read: (decided: Decided) => number): void =>
    void new Counter({
      name,
      help,
      labelNames: ["action", "source", "status"],
      registers: [registry],
      collect() {
        this.reset();
        for (const decided of decisions()) {
          const { action, source, status } = decided;
          this.inc({ action, source, status }, read(decided));
        }
      },
    });
  add("ocpp_opcua_decisions_made_total", "Decisions by action, whose answer it was, and status", (d) => d.count);
  add("ocpp_opcua_decision_seconds_total", "Time that those decisions took, s", (d) => d.totalMs / 1000);
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/gu, (letter) => `_${letter.toLowerCase()}`);
}
