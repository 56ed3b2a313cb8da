// What the road out needs, and what is known of a command that travels it. Types alone.
import type { FileTarget } from "../files/target.ts";
import type { CallOutcome } from "../ocpp/outgoingCalls.ts";
import type { Settings } from "../settings/settings.ts";
import type { Clock, EpochMs } from "../std/clock.ts";
import type { Counts } from "../std/counts.ts";
import type { Log } from "../std/log.ts";
import type { Command, CommandOutcome, Effect, Payload, Requester } from "../twin/commands.ts";
import type { Accounts } from "./accounts.ts";
import type { AuditedCommand } from "../twin/ports.ts";
import type { Alarms } from "./alarms.ts";
import type { House } from "./apply.ts";
import type { Denials } from "./denials.ts";
import type { Effects } from "./effects.ts";
import type { IdTags } from "./idTags.ts";
import type { IdTagImports } from "./idTagImports.ts";
import type { Decisions } from "./openDecisions.ts";
import type { Register } from "./register.ts";
import type { Trust } from "./trust.ts";

/** A charge point that can be called now; what ocpp/link.ts `Link` is to the road out. */
export interface Callable {
  /** Sends a call at most once; never rejects. `sent` is called when it goes out: others may wait before it. */
  call(action: string, payload: object, sent: () => void): Promise<CallOutcome>;
}

/** What the road needs besides the command. */
export interface RoadOut {
  readonly house: House;
  readonly settings: Settings;
  readonly clock: Clock;
  readonly counts: Counts;
  readonly log: Log;
  readonly register: Register;
  readonly effects: Effects;
  readonly denials: Denials;
  readonly idTags: IdTags;
  readonly accounts: Accounts;
  readonly trust: Pick<Trust, "trust" | "reject">;
  readonly idTagImports: IdTagImports;
  readonly decisions: Pick<Decisions, "scada" | "reload">;
  /** Charge points that are just being sent the list of id tags. */
  readonly fillingLocalList: Set<string>;
  /** Is told which effects are missing. */
  readonly alarms: Pick<Alarms, "effectMissed" | "effectSeen">;
  /** Tells administrators of a command that has not come over OPC UA, where they are told by the server itself. */
  readonly audit: (command: AuditedCommand) => void;
  /** The live link of a charge point. */
  readonly linkOf: (chargePointId: string) => Callable | undefined;
  /** The built-in target of file transfers; undefined where the settings have none. */
  readonly files?: () => FileTarget | undefined;
}

/** A command on its way. */
export interface Wanted<C extends Command = Command> {
  readonly command: C;
  readonly requester: Requester;
  readonly at: EpochMs;
  /** What is wrong with arguments of which `command` holds only what can be read (twin/commands.ts `Commander`). */
  readonly flaw?: string | undefined;
}

/** What a charge point is to be sent. */
export interface OutgoingRequest {
  readonly kind: "request";
  readonly action: string;
  readonly payload: Payload;
}

/** A command that has come to its end. */
export interface Settled {
  readonly outcome: CommandOutcome;
  /** What was, or would have been, sent. */
  readonly request?: OutgoingRequest | undefined;
  /** When it went out; undefined when nothing was sent. */
  readonly sentAt?: EpochMs | undefined;
  /** When the answer came. */
  readonly answeredAt?: EpochMs | undefined;
  /** What should become visible. */
  readonly effect?: Effect | undefined;
}
