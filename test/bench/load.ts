// Charge points that do nothing but send MeterValues of ten samples and wait for the answer.
import { once } from "node:events";
import WebSocket from "ws";

/** What carries the value of `meterValues`. */
export const REGISTER = "Energy.Active.Import.Register";

/** Below `Connector1/MeterValues/`: where the ten samples belong. */
export const SAMPLED_PATHS: readonly string[] = [
  REGISTER,
  "Power.Active.Import",
  "Current.Import/L1",
  "Current.Import/L2",
  "Current.Import/L3",
  "Voltage/L1",
  "Voltage/L2",
  "Voltage/L3",
  "SoC",
  "Temperature",
];

/** The same with the totals that follow from the phases. */
export const PATHS: readonly string[] = [...SAMPLED_PATHS, "Current.Import", "Voltage"];

/** Where a charge point has measured; without `transactionId` outside of transactions. */
export interface Measured {
  readonly connectorId: number;
  readonly transactionId?: number | undefined;
}

/** Ten samples of a three-phase charger; `value` is carried by the energy register. */
export function meterValues(
  id: string,
  value: number,
  timestamp: string,
  { connectorId, transactionId }: Measured = { connectorId: 1, transactionId: 1 },
): string {
  const sample = (measurand: string, text: string, unit: string, phase?: string): object => ({
    value: text,
    context: "Sample.Periodic",
    measurand,
    unit,
    ...(phase !== undefined && { phase }),
  });
  const noise = (value % 10) / 10;
  return JSON.stringify([
    2,
    id,
    "MeterValues",
    {
      connectorId,
      transactionId,
      meterValue: [
        {
          timestamp,
          sampledValue: [
            sample("Energy.Active.Import.Register", String(value), "Wh"),
            sample("Power.Active.Import", (11_000 + noise).toFixed(1), "W"),
            sample("Current.Import", (16 + noise).toFixed(2), "A", "L1"),
            sample("Current.Import", (16 - noise).toFixed(2), "A", "L2"),
            sample("Current.Import", (15 + noise).toFixed(2), "A", "L3"),
            sample("Voltage", (230 + noise).toFixed(1), "V", "L1-N"),
            sample("Voltage", (231 + noise).toFixed(1), "V", "L2-N"),
            sample("Voltage", (229 + noise).toFixed(1), "V", "L3-N"),
            sample("SoC", (50 + noise).toFixed(1), "Percent"),
            sample("Temperature", (35 + noise).toFixed(1), "Celsius"),
          ],
        },
      ],
    },
  ]);
}

/** A card that is shown; every one is another. */
export function authorize(id: string, value: number): string {
  return JSON.stringify([2, id, "Authorize", { idTag: `04A1B2C3${value}` }]);
}

type Frame = (id: string, value: number, timestamp: string) => string;

export class LoadClient {
  readonly #socket: WebSocket;
  readonly #waiting: (() => void)[] = [];

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on("message", () => this.#waiting.shift()?.());
  }

  static async connect(url: string, identity: string): Promise<LoadClient> {
    const socket = new WebSocket(`${url}/${identity}`, "ocpp1.6", { perMessageDeflate: false });
    await once(socket, "open");
    return new LoadClient(socket);
  }

  /** Sends one frame and waits for its answer; answers come in the order of the calls. */
  call(frame: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push(resolve);
      this.#socket.send(frame, (error) => {
        if (error) reject(error);
      });
    });
  }

  /** As `call`, for one call at a time; false when the answer has not come in time, which is then waited for no longer. */
  async callWithin(frame: string, milliseconds: number): Promise<boolean> {
    const { promise: isOver, resolve } = Promise.withResolvers<boolean>();
    const timer = setTimeout(() => {
      this.#waiting.length = 0;
      resolve(false);
    }, milliseconds);
    const isAnswered = await Promise.race([this.call(frame).then(() => true), isOver]);
    clearTimeout(timer);
    return isAnswered;
  }

  close(): void {
    this.#socket.terminate();
  }
}

/** Identity of the n-th load client. */
export function identityOf(index: number): string {
  return `LOAD${String(index).padStart(5, "0")}`;
}

const TICK_MS = 1;

export interface SteadyLoad {
  readonly count: number;
  readonly perSecond: number;
  /** Of the energy register; each message carries the next. */
  readonly firstValue: number;
}

/**
 * `count` frames in all, one after the other over the clients, at `perSecond`: every server gets the same load, so that
 * none looks cheaper because it was fed faster and could answer several frames at once.
 */
export async function sendSteadily(
  clients: readonly LoadClient[],
  { count, perSecond, firstValue }: SteadyLoad,
  beforeSending: (value: number) => void = () => {},
): Promise<void> {
  const begin = performance.now();
  const calls: Promise<void>[] = [];
  for (let sent = 0; sent < count;) {
    const due = Math.min(count, Math.floor(((performance.now() - begin) * perSecond) / 1000));
    for (; sent < due; sent++) {
      const value = firstValue + sent;
      beforeSending(value);
      const client = clients[sent % clients.length] as LoadClient;
      calls.push(client.call(meterValues(String(value), value, new Date().toISOString())));
    }
    await new Promise((resolve) => setTimeout(resolve, TICK_MS));
  }
  await Promise.all(calls);
}

/** `count` frames in all, as fast as the server answers: every client sends its next one when it has its answer. */
export async function sendAtOnce(
  clients: readonly LoadClient[],
  count: number,
  firstValue: number,
  frame: Frame = meterValues,
): Promise<void> {
  let sent = 0;
  await Promise.all(
    clients.map(async (client) => {
      while (sent < count) {
        const value = firstValue + sent++;
        await client.call(frame(String(value), value, new Date().toISOString()));
      }
    }),
  );
}

const ANSWER_TIMEOUT_MS = 10_000;

/**
 * As sendSteadily, but each client sends its next frame only when it has the answer to its last (OCPP 1.6-J §4.1.1) or has waited for it for ten
 * seconds: for a server that is slow or leaves messages without an answer. `lastValues` are those that were answered, by client.
 */
export async function sendWaiting(
  clients: readonly LoadClient[],
  { count, perSecond, firstValue }: SteadyLoad,
): Promise<{ answered: number; lastValues: readonly number[] }> {
  const begin = performance.now();
  const lastValues: number[] = [];
  let answered = 0;
  await Promise.all(
    clients.map(async (client, place) => {
      for (let sent = place; sent < count; sent += clients.length) {
        const early = (sent / perSecond) * 1000 - (performance.now() - begin);
        if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
        const value = firstValue + sent;
        const frame = meterValues(String(value), value, new Date().toISOString());
        if (!(await client.callWithin(frame, ANSWER_TIMEOUT_MS))) continue;
        answered++;
        lastValues[place] = value;
      }
    }),
  );
  return { answered, lastValues };
}
