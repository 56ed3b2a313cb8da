// What users' own modules are written against, as the package exports it: `import type { Question, Verdict } from "ocpp-opcua"`.
// Types only, and a change here breaks the modules of others.
import type {
  AuthorizationStatus,
  DataTransferStatus,
  RegistrationStatus,
  Requests,
} from "../schema/ocpp16.generated.ts";
import type { DecidedAction } from "../twin/questions.ts";

interface QuestionAbout<Action extends DecidedAction> {
  /** The OCPP action that waits for its answer. */
  readonly action: Action;
  readonly chargePoint: {
    /** Its identity, as it stands at the end of the URL that it connects to. */
    readonly id: string;
  };
  /** Counted from 1; only where the action names one. */
  readonly connectorId?: number;
  /** At most 20 characters; capitals and small letters are the same to OCPP. Only where the action names one. */
  readonly idTag?: string;
  /** The request as the charge point sent it, checked against its schema unless `validation` is tolerant. */
  readonly payload: Requests[Action];
}

/** What a charge point wants to know. Compare `action` first, and `payload` has the type of that action. Frozen. */
export type Question = { readonly [Action in DecidedAction]: QuestionAbout<Action> }[DecidedAction];

/** The answer to a question. Where OCPP does not allow it for the action, the rule's `otherwise` or the default is answered. */
export interface Verdict {
  /**
   * Authorize, StartTransaction, StopTransaction: AuthorizationStatus. DataTransfer: DataTransferStatus. BootNotification of a
   * charge point that is not known: RegistrationStatus.
   */
  readonly status: AuthorizationStatus | DataTransferStatus | RegistrationStatus;
  /** About an idTag: when the charge point has to ask again. RFC 3339, such as `2026-12-31T23:00:00Z`. */
  readonly expiryDate?: string;
  /** About an idTag: the group that may stop each other's transactions. At most 20 characters. */
  readonly parentIdTag?: string;
  /** DataTransfer: text handed back. */
  readonly data?: string;
}

/** What comes with a question. */
export interface Context {
  /** When it was asked. */
  readonly now: Date;
  /** Aborted when the answer is too late. Hand it to whatever is waited for, such as `fetch`, so that nobody works in vain. */
  readonly signal: AbortSignal;
  /**
   * Writes a line to the bridge's log, at level info. A thousand characters and what JSON can say of `fields` in two thousand are
   * kept, and 50 lines a second of a module; more are counted. What the module prints with `console` goes the same way.
   */
  readonly log: (text: string, fields?: Readonly<Record<string, unknown>>) => void;
}

/**
 * The default export of a module. Undefined: it does not know; the rule's `otherwise` holds, else the next rule is asked. It is called
 * for several questions at the same time. What it throws, or a promise that it rejects, is said in the log, and the rule's `otherwise` or
 * the default is answered.
 */
export type Decide = (question: Question, context: Context) => Verdict | undefined | Promise<Verdict | undefined>;
