// What browsers ask of the bridge: streams of events that are read for a while and left, pages and downloads.
import { setTimeout as delay } from "node:timers/promises";
import type { Surroundings } from "./life.ts";

const LOOKING_MS = 2000;

/** Opens the stream, looks for a while, asks for the table, and leaves without a word. */
export async function browse({ addresses, fleet, pick, signal }: Surroundings): Promise<void> {
  const leaving = new AbortController();
  const { id } = pick(fleet.chargePoints);
  const query = pick(["", `?chargePoint=${id}`]);
  const answer = await fetch(`${addresses.hmi}/events${query}`, { signal: AbortSignal.any([leaving.signal, signal]) });
  if (answer.status !== 200) throw new Error(`/events was answered ${answer.status}`);
  try {
    await answer.body?.getReader().read();
    await ask(addresses.hmi, pick(["/api/charge-points", `/api/charge-points/${id}/values`, "/api/rules", "/metrics"]));
    await delay(LOOKING_MS * Math.random(), undefined, { signal });
  } finally {
    leaving.abort();
  }
}

export async function download({ addresses, pick }: Surroundings): Promise<void> {
  await ask(
    addresses.hmi,
    pick([
      "/api/transactions",
      "/api/transactions.csv",
      "/api/messages?limit=200",
      "/api/datapoints.csv",
      "/api/rules",
    ]),
  );
}

async function ask(hmi: string, path: string): Promise<void> {
  const answer = await fetch(hmi + path);
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(`${path} was answered ${answer.status}: ${text.slice(0, 100)}`);
}
