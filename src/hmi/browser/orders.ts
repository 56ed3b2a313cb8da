// Something that is wanted of the bridge, from the request over the answer to the effect that was seen. Sent once: nothing is tried
// again by itself.
import { useComputed, useSignal, type ReadonlySignal } from "@preact/signals";
import type { Command, Payload } from "../../twin/commands.ts";
import type { MethodCall, OccurrenceEvent } from "../shapes.ts";
import { post, SLOW_ANSWER_TIMEOUT_MS, type Answer } from "./api.ts";
import { occurrences } from "./chargePoint.ts";
import { connection } from "./live.ts";
import { text } from "./texts.ts";

/** A Command as it is, or the call of a method from whose arguments the bridge makes one. */
export type Order = Command | MethodCall;

export interface Progress {
  readonly order: Order;
  /** By which its end is known. */
  readonly reference: string;
  /** Undefined until there is an answer. */
  readonly answer?: Answer<{ readonly response: Payload }>;
}

const page = [...crypto.getRandomValues(new Uint32Array(3))].map((each) => each.toString(36)).join("");
let last = 0;

/** One that no other page has. */
export function newReference(): string {
  return `${page}-${++last}`;
}

/** Refused, and not sent later, while the page has no connection. */
export async function sendOrder(
  order: Order,
  reference = newReference(),
): Promise<Answer<{ readonly response: Payload }>> {
  if (connection.peek() !== "open") return { kind: "refusal", status: 0, error: text("order.noConnection") };
  const path = "method" in order ? "/api/methods" : "/api/commands";
  return post(path, order, { reference }, SLOW_ANSWER_TIMEOUT_MS);
}

/** The progress of what was sent last, and what sends. Effects are seen where the page watches the charge point. */
export function useOrder(): {
  readonly progress: ReadonlySignal<Progress | undefined>;
  /** The last has no answer yet. */
  readonly isBusy: ReadonlySignal<boolean>;
  readonly send: (order: Order) => Promise<Answer<{ readonly response: Payload }>>;
} {
  const progress = useSignal<Progress | undefined>(undefined);
  const isBusy = useComputed(() => progress.value !== undefined && progress.value.answer === undefined);
  const send = async (order: Order) => {
    const sent: Progress = { order, reference: newReference() };
    progress.value = sent;
    const answer = await sendOrder(order, sent.reference);
    if (progress.peek() === sent) progress.value = { ...sent, answer };
    return answer;
  };
  return { progress, isBusy, send };
}

/** What was told of its end, once it was. */
export function effectOf({ reference }: Progress): OccurrenceEvent | undefined {
  return occurrences.value.find((told) => told.reference === reference);
}
