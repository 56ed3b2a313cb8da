// The yardstick for modules: a thread that sends back what it is sent.
import { parentPort } from "node:worker_threads";

parentPort?.on("message", (message) => parentPort?.postMessage(message));
