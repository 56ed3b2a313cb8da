// What is wanted of a charge point, of its twin or of the register, whoever wants it, and what came of it. Pure values.
import type { EpochMs } from "../std/clock.ts";
import type { RegistrationStatus, Twin } from "./twin.ts";

/** From the least to the most; each may do what those before it may. */
export const roles = ["none", "observer", "operator", "engineer", "administrator"] as const;
export type Role = (typeof roles)[number];

/** Whether a role may do what `least` may. */
export function mayActAs(role: Role, least: Role): boolean {
  return roles.indexOf(role) >= roles.indexOf(least);
}

/** Who wants something, and by which way. */
export interface Requester {
  readonly via: "method" | "write" | "commandVariables" | "cli" | "http" | "bridge";
  readonly role: Role;
  /** Name of the user, as events and the log show it. */
  readonly user: string;
  /** Nobody else can read along: the way is encrypted, or does not leave this machine. */
  readonly isPrivate: boolean;
  /** Chosen by whoever wants it, who knows by it what is told of the end of this command and of no other. */
  readonly reference?: string;
}

/** A request of OCPP as a plain object, spelt as OCPP spells it. */
export type Payload = Readonly<Record<string, unknown>>;

/** An OCPP call. Whoever makes it need not know the action: what has no schema is sent as it is. */
export interface CallCommand {
  readonly kind: "call";
  readonly chargePointId: string;
  /** The connector whose method or variable it was; undefined for the charge point itself. */
  readonly connectorId?: number;
  readonly action: string;
  readonly payload: Payload;
}

/** What is wanted of one connector and becomes an OCPP call that depends on the twin. */
export type ConnectorCommand = { readonly chargePointId: string; readonly connectorId: number } & (
  | { readonly kind: "setLimit"; /** A per phase, from 0. */ readonly amperes: number }
  | { readonly kind: "clearLimit" }
  /** Stops whatever transaction runs there. */
  | { readonly kind: "stopTransaction" }
);

/** What changes the twin alone; nothing is sent. */
export type TwinCommand = { readonly chargePointId: string } & (
  | { readonly kind: "setRegistration"; readonly status: RegistrationStatus }
  | { readonly kind: "setHeartbeatInterval"; /** s */ readonly seconds: number }
  /** The next command of the command variables, by and by. */
  | { readonly kind: "prepare"; readonly action?: string; readonly payload?: string }
  /** Sends what has been prepared; false changes nothing. */
  | { readonly kind: "trigger"; readonly on: boolean }
);

/** What changes the register of charge points. */
export type RegisterCommand = { readonly chargePointId: string } & (
  | {
      readonly kind: "add";
      readonly registration?: RegistrationStatus;
      readonly password?: string;
      readonly connectors?: number;
    }
  | { readonly kind: "remove" }
);

/** The list of id tags as the local list of a charge point (OCPP 1.6 §5.15): several calls, as many as it takes. */
export interface LocalListCommand {
  readonly kind: "sendIdTags";
  readonly chargePointId: string;
  /** Undefined: Differential where it is known what the charge point has, else Full. */
  readonly updateType?: "Full" | "Differential";
}

/** Makes the configuration of a charge point what the settings want: ChangeConfiguration of each key that has another value. */
export interface ConfigurationCommand {
  readonly kind: "applyConfiguration";
  readonly chargePointId: string;
}

/** What changes the list of id tags, or asks it. It concerns no charge point: `chargePointId` is empty. */
export type IdTagCommand = { readonly chargePointId: string } & (
  | {
      readonly kind: "setIdTag";
      readonly idTag: string;
      readonly status: string;
      /** RFC 3339 */
      readonly expiryDate?: string;
      readonly parentIdTag?: string;
    }
  | { readonly kind: "removeIdTag"; readonly idTag: string }
  | { readonly kind: "findIdTag"; readonly idTag: string }
  /** Takes over what has been gathered under this number; with `isWhole` there are no others afterwards. */
  | { readonly kind: "importIdTags"; readonly gathering: number; readonly isWhole: boolean }
);

/** What concerns decisions. It concerns no charge point: `chargePointId` is empty. */
export type DecisionCommand = { readonly chargePointId: string } & (
  | {
      /** Answers a question that waits for SCADA. */
      readonly kind: "answerDecision";
      readonly requestId: string;
      readonly status: string;
      /** RFC 3339 */
      readonly expiryDate?: string;
      readonly parentIdTag?: string;
      readonly data?: string;
    }
  /** Reads the rules files again. */
  | { readonly kind: "reloadRules" }
);

/** What changes the accounts. It concerns no charge point: `chargePointId` is empty. */
export type AccountCommand = { readonly chargePointId: string; readonly name: string } & (
  | {
      readonly kind: "addAccount";
      readonly role: string;
      readonly password?: string;
      /** X.509, DER in base64. */
      readonly certificate?: string;
    }
  | { readonly kind: "removeAccount" }
  | { readonly kind: "setAccountPassword"; readonly password: string }
  | { readonly kind: "setAccountCertificate"; readonly certificate: string }
  | { readonly kind: "setAccountRole"; readonly role: string }
  /** Who is not enabled cannot log in, and has no rights in sessions that are open. */
  | { readonly kind: "enableAccount"; readonly isEnabled: boolean }
);

/** What changes whom the bridge trusts as OPC UA applications. It concerns no charge point: `chargePointId` is empty. */
export type TrustCommand = {
  readonly chargePointId: string;
  /** SHA-1, hexadecimal. */ readonly thumbprint: string;
} & ({ readonly kind: "trustCertificate" } | { readonly kind: "rejectCertificate" });

export type Command =
  | CallCommand
  | ConnectorCommand
  | TwinCommand
  | RegisterCommand
  | IdTagCommand
  | LocalListCommand
  | ConfigurationCommand
  | DecisionCommand
  | AccountCommand
  | TrustCommand;

/** What came of a command. Only `answered` and `callError` are the charge point's own words. */
export type CommandOutcome =
  /** Done; `response` is the payload of the CALLRESULT, empty when nothing had to be sent. */
  | { readonly kind: "answered"; readonly response: Payload }
  /** Answered with a CALLERROR. */
  | { readonly kind: "callError"; readonly code: string; readonly description: string }
  /** Answered with something that cannot be understood; `text` names field and rule. */
  | { readonly kind: "malformed"; readonly text: string }
  /** Sent, no answer: what came of it is unknown. */
  | { readonly kind: "timedOut" }
  /** Sent; what came then was a frame longer than limits.maxFrameBytes, in bytes, which was not read: what came of it is unknown. */
  | { readonly kind: "tooLarge"; readonly maxFrameBytes: number }
  /** Not connected; certainly not sent. */
  | { readonly kind: "offline" }
  /** Not sent: too many commands wait for this charge point already. */
  | { readonly kind: "queueFull" }
  /** Not sent: it has waited too long behind other commands. */
  | { readonly kind: "expired" }
  /** Not sent: a field breaks a rule. `path` is spelt `csChargingProfiles.stackLevel`, empty for the whole. */
  | { readonly kind: "invalid"; readonly path: string; readonly text: string }
  /** Not sent: there is no such action, or no charge point can be sent it. */
  | { readonly kind: "unsupported"; readonly text: string }
  /** Not sent: the role does not suffice. */
  | { readonly kind: "denied"; readonly text: string }
  /** Not sent: no such charge point. */
  | { readonly kind: "unknown"; readonly text: string }
  /** Not done: what there is does not allow it, such as no running transaction to stop. */
  | { readonly kind: "conflict"; readonly text: string }
  /** Not done: it is there already. */
  | { readonly kind: "exists"; readonly text: string };

/**
 * The one door for everything that is wanted; never rejects. `flaw` says what is wrong with arguments of which `command` holds only what
 * can be read: nothing is done, and who may not have it is told so and nothing of the flaw.
 */
export type Commander = (command: Command, requester: Requester, flaw?: string) => Promise<CommandOutcome>;

/** What should become visible once a charge point has said Accepted. */
export interface Effect {
  /** As a person reads it: `a transaction on connector 1`. */
  readonly awaited: string;
  /** How long it may take, s; where undefined as long as the settings say. */
  readonly withinSeconds?: number;
  /** What was so before the command, so that nothing will change and nothing is awaited; undefined when something should. */
  readonly before?: string;
  /** It may also stay away though all was done, for somebody else has to do something, such as pull the plug. */
  readonly isOptional?: true;
  /** What of the twin shows it, as a person reads it; undefined while nothing does. `since` is when the command was sent. */
  seen(twin: Twin, since: EpochMs): string | undefined;
}
