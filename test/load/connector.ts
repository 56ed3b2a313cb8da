// A connector of the load: charges all the time or never. Transactions follow one another; each has MeterValues at its interval.
import type { AnswerPayload, Watcher } from "./chargePoint.ts";
import { CONNECTORS, spread, type Share } from "./plan.ts";

/** What it needs of its charge point. */
interface Speaker {
  readonly id: string;
  call(action: string, payload: object, whenAnswered?: (answer: AnswerPayload) => void): void;
  report(connectorId: number, status: string): void;
  measure(connectorId: number, transactionId: number | undefined): void;
  register(): number;
}

interface ConnectorOptions {
  /** Of the charge point. */
  readonly number: number;
  readonly connectorId: number;
  readonly share: Share;
  readonly watcher: Watcher;
}

export class Connector {
  readonly #speaker: Speaker;
  readonly #options: ConnectorOptions;
  /** Where it lies in the day of all connectors, 0 to 1. */
  readonly #phase: number;
  #transactionId: number | undefined;
  #transactions = 0;
  #measuring: NodeJS.Timeout | undefined;
  #ending: NodeJS.Timeout | undefined;

  constructor(speaker: Speaker, options: ConnectorOptions) {
    this.#speaker = speaker;
    this.#options = options;
    this.#phase = spread(options.number * CONNECTORS + options.connectorId);
  }

  begin(): void {
    const { connectorId, share } = this.#options;
    if (this.#phase >= share.charging) return;
    // Of those that charge each has another part of its first transaction behind it.
    const phase = this.#phase / share.charging;
    this.#start(phase * share.transactionSeconds);
    const intervalMs = share.sampleSeconds * 1000;
    this.#measuring = setTimeout(() => {
      this.#measuring = setInterval(() => this.#speaker.measure(connectorId, this.#transactionId), intervalMs);
    }, phase * intervalMs);
  }

  end(): void {
    clearTimeout(this.#measuring);
    clearTimeout(this.#ending);
  }

  #start(forSeconds: number): void {
    const { connectorId, watcher } = this.#options;
    const speaker = this.#speaker;
    const idTag = `${speaker.id}-${connectorId}-${++this.#transactions}`;
    speaker.call("Authorize", { idTag });
    speaker.report(connectorId, "Preparing");
    const meterStartWh = Math.floor(speaker.register());
    const payload = { connectorId, idTag, meterStart: meterStartWh, timestamp: new Date().toISOString() };
    speaker.call("StartTransaction", payload, (answer) => {
      const { transactionId } = answer;
      const { status } = (answer["idTagInfo"] ?? {}) as { readonly status?: unknown };
      this.#ending = setTimeout(() => this.#stop(), forSeconds * 1000);
      // The bare server confirms nothing; there, any number will do.
      if (typeof transactionId !== "number") this.#transactionId = 1;
      else {
        this.#transactionId = transactionId;
        watcher.started({ transactionId, chargePointId: speaker.id, connectorId, idTag, meterStartWh });
        if (status !== "Accepted") watcher.problem(`${idTag} is ${String(status)}`);
      }
    });
    speaker.report(connectorId, "Charging");
  }

  #stop(): void {
    const { connectorId, watcher, share } = this.#options;
    const transactionId = this.#transactionId;
    const meterStopWh = Math.floor(this.#speaker.register());
    const payload = { transactionId, meterStop: meterStopWh, timestamp: new Date().toISOString(), reason: "Local" };
    this.#transactionId = undefined;
    this.#speaker.call("StopTransaction", payload, () => watcher.stopped(transactionId ?? 0, meterStopWh));
    this.#speaker.report(connectorId, "Finishing");
    this.#speaker.report(connectorId, "Available");
    this.#start(share.transactionSeconds);
  }
}
