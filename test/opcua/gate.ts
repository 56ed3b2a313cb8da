// Stands between a client and the server: can be shut, so that nothing comes through and nobody is told, and cut.
import { createConnection, createServer, type AddressInfo, type Socket } from "node:net";

export class Gate {
  readonly url: string;
  /** To the server, oldest first. */
  readonly toServer: Socket[] = [];
  readonly #listener;
  #isShut = false;

  private constructor(listener: ReturnType<typeof createServer>) {
    const { port } = listener.address() as AddressInfo;
    this.url = `opc.tcp://127.0.0.1:${port}`;
    this.#listener = listener;
  }

  static async open(endpointUrl: string): Promise<Gate> {
    const { hostname, port } = new URL(endpointUrl);
    const listener = createServer();
    await new Promise<void>((done) => listener.listen(0, "127.0.0.1", done));
    const gate = new Gate(listener);
    listener.on("connection", (client) => gate.#let(client, createConnection({ host: hostname, port: Number(port) })));
    return gate;
  }

  /** From now on what the server sends is lost; new connections are closed at once. */
  shut(): void {
    this.#isShut = true;
  }

  /** Closes what is open, and lets new connections through. */
  cut(): void {
    this.#isShut = false;
    for (const socket of this.toServer.splice(0)) socket.destroy();
  }

  close(): void {
    this.cut();
    this.#listener.close();
  }

  #let(client: Socket, server: Socket): void {
    for (const socket of [client, server]) socket.on("error", () => {});
    if (this.#isShut) {
      client.destroy();
      server.destroy();
      return;
    }
    this.toServer.push(server);
    client.pipe(server);
    server.on("data", (bytes) => {
      if (!this.#isShut) client.write(bytes);
    });
    client.once("close", () => server.destroy());
    server.once("close", () => client.destroy());
  }
}
