// CPU of a question that fifty rules are asked, of which the last one fits: by rules, against the same conditions written by hand.
import { deciderOf } from "../../src/decisions/decide.ts";
import { SiteFacts } from "../../src/decisions/rules/facts.ts";
import { parseRules } from "../../src/decisions/rules/parse.ts";
import { systemClock } from "../../src/std/clock.ts";
import type { Question } from "../../src/twin/questions.ts";
import { createTwin } from "../../src/twin/twin.ts";
import { figure, inTurns, partOf, ratio, type Bench, type Figure, type Length } from "./bench.ts";

const RULES = 50;
const QUESTIONS = 30_000;
const EVALUATIONS = "evaluations of a rule in a second of CPU";
const LIST_ENTRIES = 1000;

/** Conditions of several kinds, of which none fits, in both languages. */
const kinds: readonly { readonly rule: (index: number) => string; readonly byHand: (index: number) => ByHand }[] = [
  {
    rule: () => "idTag in lists.cards",
    byHand:
      () =>
      ({ idTag }) =>
        cards.has(idTag.toLowerCase()),
  },
  {
    rule: (index) => `chargePoint.id.startsWith("DEPOT${index}-") && connectorId == 1`,
    byHand:
      (index) =>
      ({ chargePointId, connectorId }) =>
        chargePointId.startsWith(`DEPOT${index}-`) && connectorId === 1,
  },
  {
    rule: () => 'now.getHours("Europe/Berlin") >= 24 || idTag == ""',
    byHand:
      () =>
      ({ idTag, now }) =>
        new Date(now + 3_600_000).getUTCHours() >= 24 || idTag === "",
  },
  {
    rule: (index) => `payload.meterStart > ${1_000_000 + index} && payload.idTag != "X"`,
    byHand:
      (index) =>
      ({ meterStart, idTag }) =>
        meterStart > 1_000_000 + index && idTag !== "X",
  },
  {
    rule: (index) => `glob(idTag, "${index}*A?") || action == "Nothing"`,
    byHand: (index) => {
      const form = new RegExp(`^${index}.*A.$`, "u");
      return ({ idTag, action }) => form.test(idTag) || action === "Nothing";
    },
  },
];

interface Asked {
  readonly action: string;
  readonly chargePointId: string;
  readonly connectorId: number;
  readonly idTag: string;
  readonly meterStart: number;
  readonly now: number;
}
type ByHand = (asked: Asked) => boolean;

const entries = Array.from({ length: LIST_ENTRIES }, (_, index) => `CARD${index}`);
const cards = new Set(entries.map((entry) => entry.toLowerCase()));

function text(): string {
  const lines = Array.from({ length: RULES - 1 }, (_, index) => {
    const when = JSON.stringify(kinds[index % kinds.length]?.rule(index) ?? "false");
    return `  - { name: rule ${index}, on: StartTransaction, when: ${when}, then: { status: Blocked } }\n`;
  });
  const last = "  - { name: last, on: StartTransaction, when: idTag.endsWith('9'), then: { status: Accepted } }\n";
  return `version: 1\nlists: { cards: [${entries.join(", ")}] }\nrules:\n${lines.join("")}${last}`;
}

/** Microseconds of CPU for each call. */
function cpuOf(ask: (index: number) => void, questions: number): number {
  const before = process.cpuUsage();
  for (let index = 0; index < questions; index++) ask(index);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / questions;
}

export const rules: Bench = {
  name: "rules",
  title: "Rules",
  method: "CPU of a question that fifty rules are asked, of which only the last fits.",
  yardstick: "the same conditions written by hand in TypeScript.",
  targets: [{ figure: EVALUATIONS, atLeast: 200_000 }],
  run,
};

async function run(length: Length): Promise<Figure[]> {
  const parsed = parseRules(["rules.yaml"], {
    read: () => ({ text: text() }),
    resolve: (_, file) => file,
    maxListEntries: LIST_ENTRIES,
    askable: new Set(),
    maxModules: 0,
  });
  const inUse = parsed.rules;
  if (inUse === undefined) throw new Error(JSON.stringify(parsed.diagnostics));
  let decided = 0;
  const note = ({ rule }: { readonly rule?: string }): void => {
    if (rule === "last") decided++;
  };
  const site = new SiteFacts("Depot");
  const decide = deciderOf({ rules: () => inUse, sources: {}, site, clock: systemClock, timeoutSeconds: 3, note });
  const twin = createTwin("CP001", { status: "Accepted", heartbeatIntervalSeconds: 300 }, 0);
  const byRules = (index: number): void => {
    const idTag = `04A1B2C3${index}9`;
    const payload = { connectorId: 1, idTag, meterStart: index, timestamp: "2026-01-01T00:00:00Z" };
    const question: Question = { action: "StartTransaction", chargePointId: "CP001", connectorId: 1, idTag, payload };
    void decide(question, { twin, now: 1_800_000_000_000 + index * 10 });
  };
  const conditions = Array.from({ length: RULES - 1 }, (_, index) => kinds[index % kinds.length]?.byHand(index));
  const byHand = (index: number): void => {
    const idTag = `04A1B2C3${index}9`;
    const now = 1_800_000_000_000 + index * 10;
    const asked = { action: "StartTransaction", chargePointId: "CP001", connectorId: 1, idTag, meterStart: index, now };
    if (!conditions.some((condition) => condition?.(asked) === true) && idTag.endsWith("9")) decided++;
  };
  const questions = partOf(QUESTIONS, length);
  cpuOf(byRules, questions);
  cpuOf(byHand, questions);
  decided = 0;
  const ways = [byRules, byHand];
  const [ruled = [], byHands = []] = await inTurns(ways, length.rounds, async (way) => cpuOf(way, questions));
  if (decided !== 2 * length.rounds * questions) throw new Error(`${decided} questions were decided by the last rule`);
  return [
    figure("a question that 50 rules are asked", "µs", ruled),
    figure("the same conditions written by hand", "µs", byHands),
    ratio("rules / by hand", "by hand", ruled, byHands),
    figure(
      EVALUATIONS,
      "/s",
      ruled.map((microseconds) => (RULES * 1e6) / microseconds),
    ),
  ];
}
