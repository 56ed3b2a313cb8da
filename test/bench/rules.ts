// CPU of a question that fifty rules are asked, of which the last one fits: by rules, against the same conditions written by hand.
import { deciderOf } from "../../src/decisions/decide.ts";
import { SiteFacts } from "../../src/decisions/rules/facts.ts";
import { parseRules } from "../../src/decisions/rules/parse.ts";
import { systemClock } from "../../src/std/clock.ts";
import type { Question } from "../../src/twin/questions.ts";
import { createTwin } from "../../src/twin/twin.ts";
import { median } from "./statistics.ts";

const RULES = 50;
const QUESTIONS = 20_000;
const ROUNDS = 5;
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
function cpuOf(run: (index: number) => void): number {
  const before = process.cpuUsage();
  for (let index = 0; index < QUESTIONS; index++) run(index);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / QUESTIONS;
}

/** Alternates both; every question goes through all fifty rules. */
export async function rules(): Promise<Record<string, number>> {
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
  cpuOf(byRules);
  cpuOf(byHand);
  decided = 0;
  const costs = Array.from({ length: ROUNDS }, () => ({ rules: cpuOf(byRules), hand: cpuOf(byHand) }));
  if (decided !== 2 * ROUNDS * QUESTIONS) throw new Error(`${decided} questions were decided by the last rule`);
  const microseconds = median(costs.map((each) => each.rules));
  const yardstick = median(costs.map((each) => each.hand));
  return {
    "a question that 50 rules are asked (µs of CPU)": microseconds,
    "the same conditions written by hand (µs of CPU)": yardstick,
    "rules / by hand (ratio)": microseconds / yardstick,
    "rule evaluations in a second of CPU": (RULES * 1e6) / microseconds,
  };
}
