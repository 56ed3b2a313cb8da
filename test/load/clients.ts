// The charge points of a load, in several processes, as one.
import { setTimeout as delay } from "node:timers/promises";
import { AskedProcess } from "./childProcess.ts";
import { Durations } from "./durations.ts";
import { sharesOf, type LoadPlan, type Share } from "./plan.ts";
import type { Confirmed, Standing } from "./records.ts";

const LOOK_MS = 1000;
/** So long nothing may change while they connect. */
const STUCK_MS = 120_000;

/** Of all processes together. */
export interface FleetStanding extends Omit<Standing, "answerMs"> {
  /** By action. */
  readonly answerMs: ReadonlyMap<string, Durations>;
}

export class Clients {
  readonly #processes: readonly AskedProcess[];
  readonly #count: number;

  private constructor(processes: readonly AskedProcess[], count: number) {
    this.#processes = processes;
    this.#count = count;
  }

  /** Connects all and waits until each has said what it says at first. */
  static async connect(
    plan: LoadPlan,
    place: Pick<Share, "url" | "epoch">,
    say: (line: string) => void,
  ): Promise<Clients> {
    const shares = sharesOf(plan, place);
    const clients = new Clients(
      shares.map(() => new AskedProcess("./chargePointsProcess.ts")),
      plan.chargePoints,
    );
    try {
      for (const [index, each] of clients.#processes.entries()) await each.ask("connect", shares[index]);
      await clients.#untilSettled(say);
    } catch (error) {
      await clients.end();
      throw error;
    }
    return clients;
  }

  async begin(): Promise<void> {
    await this.#askAll("begin");
  }

  async standing(): Promise<FleetStanding> {
    const all = (await this.#askAll("standing")) as Standing[];
    const sum = (what: "connected" | "settled" | "lost" | "problems"): number =>
      all.reduce((total, each) => total + each[what], 0);
    const actions = new Set(all.flatMap(({ answerMs }) => Object.keys(answerMs)));
    const durationsOf = (action: string): Durations => Durations.sum(all.map(({ answerMs }) => answerMs[action] ?? []));
    return {
      connected: sum("connected"),
      settled: sum("settled"),
      lost: sum("lost"),
      problems: sum("problems"),
      lastProblem: all.map(({ lastProblem }) => lastProblem).find((text) => text !== "") ?? "",
      answerMs: new Map([...actions].map((action) => [action, durationsOf(action)])),
    };
  }

  /** All fall silent, once they have their answers; what the bridge has confirmed since the beginning. */
  async finish(): Promise<Confirmed> {
    const all = (await this.#askAll("finish")) as Confirmed[];
    return {
      transactions: all.flatMap(({ transactions }) => transactions),
      registers: Object.assign({}, ...all.map(({ registers }) => registers)) as Confirmed["registers"],
    };
  }

  async end(): Promise<void> {
    await Promise.all(this.#processes.map((each) => each.end()));
  }

  #askAll(name: string): Promise<unknown[]> {
    return Promise.all(this.#processes.map((each) => each.ask(name)));
  }

  async #untilSettled(say: (line: string) => void): Promise<void> {
    let before = -1;
    let changedAt = performance.now();
    for (;;) {
      const { connected, settled, lastProblem } = await this.standing();
      if (settled >= this.#count) return;
      if (settled !== before) changedAt = performance.now();
      else if (performance.now() - changedAt > STUCK_MS)
        throw new Error(`only ${settled} of ${this.#count} charge points are connected and answered; ${lastProblem}`);
      before = settled;
      say(`${connected} of ${this.#count} charge points are connected, ${settled} have been answered`);
      await delay(LOOK_MS);
    }
  }
}
