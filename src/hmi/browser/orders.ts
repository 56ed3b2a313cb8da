// Something that is wanted of the bridge, from the request over the answer to the effect that was seen. Sent once: nothing is tried
// again by itself.
import { useSignal, type ReadonlySignal } from "@preact/signals";
import type { Command, Payload } from "../../twin/commands.ts";
import type { MethodCall, OccurrenceEvent } from "../shapes.ts";
import { post, type Answer } from "./api.ts";
import { occurrences } from "./chargePoint.ts";
import { session } from "./session.ts";

/** A Command as it is, or the call of a method from whose arguments the bridge makes one. */
export type Order = Command | MethodCall;

export interface Progress {
  readonly order: Order;
  /** The last that had been told of the charge point when it was sent. */
  readonly toldBefore: OccurrenceEvent | undefined;
  /** Undefined until there is an answer. */
  readonly answer?: Answer<{ readonly response: Payload }>;
}

export function sendOrder(order: Order): Promise<Answer<{ readonly response: Payload }>> {
  return post("method" in order ? "/api/methods" : "/api/commands", order);
}

/** The progress of what was sent last, and what sends. Effects are seen where the page watches the charge point. */
export function useOrder(): {
  readonly progress: ReadonlySignal<Progress | undefined>;
  readonly send: (order: Order) => Promise<Answer<{ readonly response: Payload }>>;
} {
  const progress = useSignal<Progress | undefined>(undefined);
  const send = async (order: Order) => {
    const sent: Progress = { order, toldBefore: occurrences.peek().at(-1) };
    progress.value = sent;
    const answer = await sendOrder(order);
    if (progress.peek() === sent) progress.value = { ...sent, answer };
    return answer;
  };
  return { progress, send };
}

/** What was told of its end, once it was. */
export function effectOf({ order, toldBefore }: Progress): OccurrenceEvent | undefined {
  const told = occurrences.value;
  const name = "method" in order ? order.method : order.kind === "call" ? order.action : undefined;
  return told
    .slice(toldBefore === undefined ? 0 : told.indexOf(toldBefore) + 1)
    .find(
      ({ type, fields }) =>
        type === "CommandFinishedEventType" &&
        fields["RequestedVia"] === "http" &&
        fields["RequestedBy"] === (session.value?.user ?? fields["RequestedBy"]) &&
        (name === undefined || fields["Action"] === name),
    );
}
