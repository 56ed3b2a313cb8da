// A SCADA system that commands charge points, repeats some commands that did not end well, and knows what became of each.
import type { CommandOutcome, Requester } from "../../src/twin/commands.ts";
import type { Bridge } from "./bridge.ts";
import type { ChargePoint } from "./chargePoint.ts";
import type { Heap } from "./heap.ts";
import type { Judge } from "./judge.ts";
import type { Random } from "./random.ts";
import type { Trace } from "./trace.ts";

interface Order {
  readonly chargePoint: ChargePoint;
  /** By which the charge point's deeds are recognized. */
  readonly token: string;
  readonly bridge: Bridge;
  outcome?: CommandOutcome;
}

export interface ScadaOptions {
  readonly heap: Heap;
  readonly random: Random;
  readonly trace: Trace;
  readonly judge: Judge;
  readonly chargePoints: readonly ChargePoint[];
  readonly bridge: () => Bridge;
}

const requester: Requester = { via: "method", role: "administrator", user: "scada", isPrivate: true };
/** Nothing has been sent, so nothing may have been done. */
const undelivered: ReadonlySet<CommandOutcome["kind"]> = new Set([
  "offline",
  "queueFull",
  "expired",
  "conflict",
  "denied",
  "invalid",
  "unsupported",
  "unknown",
]);

export class Scada {
  readonly #options: ScadaOptions;
  readonly #orders: Order[] = [];
  #number = 0;

  constructor(options: ScadaOptions) {
    this.#options = options;
  }

  /** Goes on until the world's time `end`. */
  work(end: number): void {
    const { heap, random, chargePoints } = this.#options;
    heap.after(random.between(500, 6000), () => {
      if (heap.now > end) return;
      this.order(random.pick(chargePoints), `C${++this.#number}`);
      this.work(end);
    });
  }

  order(chargePoint: ChargePoint, token: string): void {
    const { random, trace, bridge: current } = this.#options;
    const bridge = current();
    const { command } = bridge;
    if (command === undefined) return;
    const isStart = random.isLucky(0.5);
    const action = isStart ? "RemoteStartTransaction" : "DataTransfer";
    const payload = isStart
      ? { connectorId: 1 + random.below(2), idTag: token }
      : { vendorId: "org.example", data: token };
    trace.note("SCADA", `wants ${action} ${token} of ${chargePoint.id}`);
    const order: Order = { chargePoint, token, bridge };
    this.#orders.push(order);
    void command({ kind: "call", chargePointId: chargePoint.id, action, payload }, requester).then((outcome) =>
      this.#learn(order, outcome),
    );
  }

  /** Each order was carried out as often as its outcomes allow, and none was left without one. */
  judge(): void {
    const { judge, bridge } = this.#options;
    const byToken = Map.groupBy(this.#orders, ({ chargePoint, token }) => `${chargePoint.id} ${token}`);
    for (const [name, orders] of byToken) {
      const [first] = orders;
      if (first === undefined) continue;
      const done = first.chargePoint.done.get(first.token) ?? 0;
      const certain = orders.filter(({ outcome }) => outcome?.kind === "answered").length;
      const possible = orders.filter(({ outcome }) => outcome === undefined || !undelivered.has(outcome.kind)).length;
      const outcomes = orders.map(({ outcome }) => outcome?.kind ?? "none").join(", ");
      if (done < certain || done > possible)
        judge.blame("G3", `${name} was carried out ${done} times, its outcomes were: ${outcomes}`);
      if (orders.some((order) => order.outcome === undefined && order.bridge === bridge()))
        judge.blame("G3", `${name} has never ended`);
    }
  }

  /** Whether the last order of this token has been answered by its charge point. */
  isAnswered(token: string): boolean {
    return this.#orders.findLast((order) => order.token === token)?.outcome?.kind === "answered";
  }

  #learn(order: Order, outcome: CommandOutcome): void {
    const { heap, random, trace } = this.#options;
    order.outcome = outcome;
    trace.note("SCADA", `${order.token} ended: ${outcome.kind}`);
    if (outcome.kind === "answered" || !random.isLucky(0.3)) return;
    heap.after(random.between(100, 5000), () => this.order(order.chargePoint, order.token));
  }
}
