// Entry of the thread of the client that calls SCADA's own server: whatever that server sends is read here and nowhere else.
// It knows nothing of OCPP, files of settings or other threads.
import { parentPort } from "node:worker_threads";
import { systemClock } from "../../std/clock.ts";
import { openApplicationCertificate } from "../certificates.ts";
import { isOfLibrary } from "../faults.ts";
import { redirectLibraryLog } from "../libraryLog.ts";
import { threadLog } from "../threadLog.ts";
import { Connection } from "./connection.ts";
import { reasonOf } from "./faults.ts";
import type { FromClient, ToClient } from "./messages.ts";
import type { ClientOptions } from "./options.ts";

const port = parentPort;
if (port === null) throw new Error("clientThread.ts runs only as a worker thread");

function send(message: FromClient): void {
  port?.postMessage(message);
}

const log = threadLog(send);

/** An error of our own ends the thread, which is then started again (scadaMethod.ts). */
function surviveLibrary(error: unknown): void {
  if (!isOfLibrary(error)) throw error;
  log.debug({ error: String(error) }, "the OPC UA library failed at what SCADA's server has sent");
}

let connection: Promise<Connection> | undefined;

async function start(options: ClientOptions): Promise<Connection> {
  const surroundings = { clock: systemClock, log };
  const certificate = await openApplicationCertificate(options.application, "SCADA's OPC UA server", surroundings);
  // Every client of the library that ends would close the trust list, of which there is one for all of them.
  certificate.trustList.referenceCounter = Number.MAX_SAFE_INTEGER;
  return new Connection(options, { clock: systemClock, certificate }, (reason) => send({ kind: "state", reason }));
}

/** Without its certificate nothing can be done; the next thread tries again. */
function fail(error: unknown): void {
  log.error({ error: String(error) }, "the OPC UA client cannot be started");
  process.exit(1);
}

async function call({ id, action, payload, timeoutMs }: Extract<ToClient, { kind: "call" }>): Promise<void> {
  try {
    const connected = await connection;
    if (connected === undefined) throw new Error("there is no session");
    send({ kind: "answer", id, text: await connected.call(action, payload, timeoutMs) });
  } catch (error) {
    send({ kind: "fault", id, reason: reasonOf(error) });
  }
}

async function stop(): Promise<void> {
  await (await connection)?.stop();
  // What the library has left open, such as the watchers of its trust list, ends with the thread.
  port?.close();
  process.exit();
}

redirectLibraryLog(log, systemClock);
process.on("unhandledRejection", surviveLibrary);
process.on("uncaughtException", surviveLibrary);
port.on("message", (message: ToClient) => {
  switch (message.kind) {
    case "start":
      connection = start(message.options);
      connection.catch(fail);
      break;
    case "call":
      void call(message);
      break;
    case "stop":
      void stop();
      break;
  }
});
