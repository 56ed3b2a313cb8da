// What has gone wrong lately where charge points connect, for the alarms of the bridge: in memory, and never more than so much.
import type { Door, Refusal } from "../ocpp/door.ts";
import type { Clock, EpochMs } from "../std/clock.ts";
import type { BridgeFacts } from "../datapoints/alarmFindings.ts";

export interface ConnectionNotesOptions {
  readonly clock: Clock;
  /** As many refusals as are too many: more need not be remembered. */
  readonly refusedConnections: number;
  /** How long something is recent. */
  readonly refusedConnectionsSeconds: number;
}

export class ConnectionNotes implements Pick<Door, "refused" | "contested"> {
  readonly #options: ConnectionNotesOptions;
  /** Times on the monotonic clock, the oldest first. */
  readonly #refusedAt: EpochMs[] = [];
  #lastRefusal = "";
  #contest: { readonly at: EpochMs; readonly text: string } | undefined;

  constructor(options: ConnectionNotesOptions) {
    this.#options = options;
  }

  readonly refused = ({ identity, remoteAddress, reason }: Refusal): void => {
    const { clock, refusedConnections } = this.#options;
    this.#refusedAt.push(clock.monotonic());
    if (this.#refusedAt.length > refusedConnections) this.#refusedAt.shift();
    this.#lastRefusal = `${identity ?? "nobody"} from ${remoteAddress}, ${reason}`;
  };

  readonly contested: Door["contested"] = ({ identity, remoteAddress }) => {
    this.#contest = { at: this.#options.clock.monotonic(), text: `${identity}, the second one from ${remoteAddress}` };
  };

  get refusals(): BridgeFacts["refusals"] {
    const count = this.#refusedAt.filter((at) => this.#isRecent(at)).length;
    return { count, last: this.#lastRefusal };
  }

  get duplicate(): BridgeFacts["duplicate"] {
    return this.#contest !== undefined && this.#isRecent(this.#contest.at) ? this.#contest.text : undefined;
  }

  #isRecent(at: EpochMs): boolean {
    const { clock, refusedConnectionsSeconds } = this.#options;
    return clock.monotonic() - at < refusedConnectionsSeconds * 1000;
  }
}
