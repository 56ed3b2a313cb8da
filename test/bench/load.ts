// Charge points that do nothing but send MeterValues of ten samples and wait for the answer.
import { once } from "node:events";
import WebSocket from "ws";

/** Ten samples of a three-phase charger; `value` is carried by the energy register. */
export function meterValues(id: string, value: number, timestamp: string): string {
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
      connectorId: 1,
      transactionId: 1,
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

export class LoadClient {
  readonly #socket: WebSocket;
  #answered: (() => void) | undefined;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on("message", () => this.#answered?.());
  }

  static async connect(url: string, identity: string): Promise<LoadClient> {
    const socket = new WebSocket(`${url}/${identity}`, "ocpp1.6", { perMessageDeflate: false });
    await once(socket, "open");
    return new LoadClient(socket);
  }

  /** Sends one frame and waits for the next answer. */
  call(frame: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#answered = resolve;
      this.#socket.send(frame, (error) => {
        if (error) reject(error);
      });
    });
  }

  close(): void {
    this.#socket.terminate();
  }
}

/** Identity of the n-th load client. */
export function identityOf(index: number): string {
  return `LOAD${String(index).padStart(5, "0")}`;
}

/** `count` frames in all, spread over the clients, each with one call outstanding. */
export async function sendAll(clients: readonly LoadClient[], count: number, firstValue: number): Promise<void> {
  let sent = 0;
  await Promise.all(
    clients.map(async (client) => {
      while (sent < count) {
        const value = firstValue + sent++;
        await client.call(meterValues(String(value), value, new Date().toISOString()));
      }
    }),
  );
}
