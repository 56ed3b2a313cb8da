// A hostile client on a thread of its own; `workerData` names the flood. Says when it has begun; any message ends it.
import { parentPort, workerData } from "node:worker_threads";
import { floods } from "./floodsInTest.ts";

const { name, endpointUrl } = workerData as { readonly name: string; readonly endpointUrl: string };
let isOver = false;
parentPort?.once("message", () => (isOver = true));
await floods[name]?.(
  endpointUrl,
  () => isOver,
  () => parentPort?.postMessage("begins"),
);
process.exit();
