// A door with twins behind it, as small as it can be: the real check, the real messages, the real reduce, and nothing beside.
import type { Answer, Call } from "../../src/ocpp/door.ts";
import { payloadText } from "../../src/ocpp/frame.ts";
import type { Link } from "../../src/ocpp/link.ts";
import { checkCall } from "../../src/ocpp/validate.ts";
import type { IncomingAction, IncomingMessage, Moment } from "../../src/ocpp/v16/message.ts";
import { incomingMessages } from "../../src/ocpp/v16/messages/table.ts";
import { reduce } from "../../src/twin/reduce/reduce.ts";
import { createTwin, type Twin } from "../../src/twin/twin.ts";

export class TwinDoor {
  readonly twins = new Map<string, Twin>();
  /** Of all tolerated calls. */
  readonly violations: string[] = [];
  #lastTransactionId = 0;

  readonly linked = (link: Link): void => {
    const known = this.twins.get(link.identity);
    if (known === undefined)
      this.twins.set(
        link.identity,
        createTwin(link.identity, { status: "Accepted", heartbeatIntervalSeconds: 300 }, Date.now()),
      );
  };

  readonly handleCall = (link: Link, call: Call): Answer => {
    const checked = checkCall(call, "tolerant");
    if (checked.kind === "error") return checked;
    this.violations.push(...checked.violations);
    const message = incomingMessages[checked.action] as unknown as IncomingMessage<IncomingAction>;
    const twin = this.twins.get(link.identity) as Twin;
    const moment: Moment = {
      twin,
      received: Date.now(),
      verdict: undefined,
      receipt: { kind: "started", transactionId: ++this.#lastTransactionId, isRepeated: false, isOpen: true },
      pendingRetrySeconds: 30,
      maxConnectors: 64,
      maxKeptCharacters: 16_384,
      payload: payloadText(call),
    };
    const request = checked.request as never;
    const after = message.happen(request, moment).reduce(reduce, twin);
    this.twins.set(link.identity, after);
    return { kind: "result", payload: message.reply(request, moment, after) };
  };
}
