// The example dashboard and the alerts beside it ask for nothing but what the bridge renders, with the labels that it has.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { openMetrics } from "../../src/hmi/metrics.ts";
import { Counts } from "../../src/std/counts.ts";

const read = (name: string): string =>
  readFileSync(fileURLToPath(new URL(`../../deploy/${name}`, import.meta.url)), "utf8");

interface Panel {
  readonly id: number;
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets: readonly { readonly expr: string; readonly refId: string }[];
}
const dashboard = JSON.parse(read("grafana-dashboard.json")) as { readonly panels: readonly Panel[] };
const alerts = [...read("README.md").matchAll(/^\| `([^`]+)`/gmu)].map(([, expression = ""]) => expression);
const gauges = {
  chargePointsKnown: 3,
  chargePointsConnected: 2,
  chargePointsPending: 1,
  transactionsActive: 4,
  storeFailing: 0,
  rulesInUse: 7,
  rulesRefused: 0,
  scadaMethodConnected: 0,
};
const decided = { action: "Authorize", source: "scada", status: "Accepted", count: 4, totalMs: 2500 };

let metrics: ReadonlySet<string>;
let labels: ReadonlySet<string>;
beforeAll(async () => {
  const text = await openMetrics({ counts: new Counts(), gauges: () => gauges, decisions: () => [decided] }).render();
  metrics = new Set([...text.matchAll(/^# TYPE (\S+)/gmu)].map(([, name = ""]) => name));
  // Prometheus adds these.
  labels = new Set(["instance", "job", ...[...text.matchAll(/[{,](\w+)="/gu)].map(([, name = ""]) => name)]);
});

/** Prometheus makes it of whether it could read the page. */
const OWN = new Set(["up"]);
const FUNCTIONS = new Set(["sum", "max", "rate", "increase", "by"]);

/** The names of an expression that stand for metrics. */
function metricsIn(expression: string): string[] {
  const bare = expression.replaceAll(/\{[^}]*\}|\[[^\]]*\]|\bby \([^)]*\)/gu, " ");
  return [...bare.matchAll(/[a-zA-Z_]\w*/gu)].map(([name]) => name).filter((name) => !FUNCTIONS.has(name));
}

function labelsIn(expression: string): string[] {
  const matched = [...expression.matchAll(/\{([^}]*)\}/gu)].flatMap(([, inner = ""]) =>
    [...inner.matchAll(/(\w+)\s*[=!]~?/gu)].map(([, name = ""]) => name),
  );
  const grouped = [...expression.matchAll(/\bby \(([^)]*)\)/gu)].flatMap(([, inner = ""]) => inner.split(/,\s*/u));
  return [...matched, ...grouped];
}

const expressions = dashboard.panels.flatMap(({ title, targets }) =>
  targets.map(({ expr }) => [`${title}: ${expr}`, expr] as const),
);

describe("the example dashboard", () => {
  it.each([...expressions, ...alerts.map((expression) => [expression, expression] as const)])(
    "asks for what there is: %s",
    (_, expression) => {
      const names = metricsIn(expression);
      expect(names.length).toBeGreaterThan(0);
      expect(names.filter((name) => !metrics.has(name) && !OWN.has(name))).toEqual([]);
      expect(labelsIn(expression).filter((name) => !labels.has(name))).toEqual([]);
    },
  );

  it("finds what is misspelt", () => {
    expect(metricsIn('sum by (status) (rate(ocpp_opcua_decisions_made_totl{instance=~"$i"}[5m]))')).toEqual([
      "ocpp_opcua_decisions_made_totl",
    ]);
    expect(labelsIn('a{instnce=~"x"} / sum by (stat) (b)')).toEqual(["instnce", "stat"]);
  });

  it("names alerts beside it", () => expect(alerts.length).toBeGreaterThan(3));

  it("has panels that do not lie on each other, each with a number of its own", () => {
    const { panels } = dashboard;
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, index) => `${x + (index % w)} ${y + Math.floor(index / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(panels.filter(({ gridPos: { x, w } }) => x + w > 24)).toEqual([]);
  });
});
