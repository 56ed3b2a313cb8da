// One process of charge points; its parent tells it which (plan.ts) and asks how they fare.
import { setTimeout as delay } from "node:timers/promises";
import { ChargePoint, type Watcher } from "./chargePoint.ts";
import { answerParent } from "./childProcess.ts";
import { Durations } from "./durations.ts";
import { connectorPath, type Share } from "./plan.ts";
import type { Confirmed, ConfirmedTransaction, Standing } from "./records.ts";

const RAMP_STEP_MS = 50;
/** Connections on their way: what is slower than the ramp is not to be buried under them. */
const MOST_KNOCKING = 100;
const DRAIN_STEP_MS = 50;
const DRAIN_MS = 30_000;

const transactions = new Map<number, ConfirmedTransaction>();
const registers: Record<string, number[]> = {};
let chargePoints: readonly ChargePoint[] = [];
let share: Share;
/** From a call to its answer, by action. */
let answers: Record<string, Durations> = {};
const counts = { connected: 0, settled: 0, lost: 0, problems: 0, lastProblem: "" };

function problem(text: string): void {
  counts.problems++;
  counts.lastProblem = text;
}

const watcher: Watcher = {
  opened: () => counts.connected++,
  settled: () => counts.settled++,
  answered: (action, milliseconds) => {
    (answers[action] ??= new Durations()).add(milliseconds);
  },
  started: (transaction) => {
    const former = transactions.get(transaction.transactionId);
    if (former !== undefined) problem(`transaction ${transaction.transactionId} was given twice`);
    transactions.set(transaction.transactionId, { ...transaction });
  },
  stopped: (transactionId, meterStopWh) => {
    const transaction = transactions.get(transactionId);
    if (transaction !== undefined) transaction.meterStopWh = meterStopWh;
  },
  measured: (number, connectorId, register) => {
    if (number % share.rememberEvery !== 0) return;
    (registers[connectorPath(number, connectorId)] ??= []).push(register);
  },
  lost: () => {
    counts.connected--;
    counts.lost++;
  },
  problem,
};

async function connect(told: Share): Promise<void> {
  share = told;
  chargePoints = Array.from(
    { length: told.end - told.first },
    (_, index) => new ChargePoint(told.first + index, told, watcher),
  );
  const begin = performance.now();
  for (let connected = 0; connected < chargePoints.length;) {
    const due = Math.min(
      chargePoints.length,
      Math.ceil(((performance.now() - begin) / 1000) * told.ramp),
      counts.connected + counts.lost + MOST_KNOCKING,
    );
    for (; connected < due; connected++) chargePoints[connected]?.connect();
    await delay(RAMP_STEP_MS);
  }
}

/** Says nothing new, and waits for what is still to be answered. */
async function finish(): Promise<Confirmed> {
  for (const chargePoint of chargePoints) chargePoint.endLife();
  const deadline = performance.now() + DRAIN_MS;
  while (chargePoints.some(({ isBusy }) => isBusy) && performance.now() < deadline) await delay(DRAIN_STEP_MS);
  const open = chargePoints.filter(({ isBusy }) => isBusy).length;
  if (open > 0) problem(`${open} charge points have waited ${DRAIN_MS} ms for an answer in vain`);
  return { transactions: [...transactions.values()], registers };
}

function standing(): Standing {
  const answerMs = Object.fromEntries(Object.entries(answers).map(([action, durations]) => [action, durations.counts]));
  return { ...counts, answerMs };
}

answerParent({
  connect: (told: Share) => void connect(told),
  begin: () => {
    answers = {};
  },
  standing,
  finish,
  disconnect: () => {
    for (const chargePoint of chargePoints) chargePoint.disconnect();
  },
});
