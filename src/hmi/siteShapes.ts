// What travels between the HTTP side and the pages about the site itself: rules and decisions, id tags, users, certificates. As
// shapes.ts: shapes only, times are epoch ms, what is not known is left out.
import type { Point } from "../datapoints/pointList.ts";
import type { DecisionView, SessionView } from "./shapes.ts";

/** `GET /api/rules` */
export interface RulesView {
  readonly loadedAt: number;
  /** Why the files as they are now are not in use; empty when they are. */
  readonly error: string;
  /** Those in use, in their order; the first ones of very many. */
  readonly rules: readonly RuleView[];
  readonly ruleCount: number;
  /** As they were last read, in use or refused. */
  readonly files: readonly RulesFileView[];
  /** What is wrong with them, the first ones of very many. */
  readonly faults: readonly FaultView[];
}

export interface RuleView {
  readonly name: string;
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly actions: readonly string[];
  /** Left out where it fits always. */
  readonly when?: string;
  /** Who is asked; left out where the rule answers itself. */
  readonly asks?: string;
}

export interface RulesFileView {
  readonly file: string;
  /** Left out where it could not be read. */
  readonly text?: string;
  /** Only its beginning is here. */
  readonly isCut?: true;
}

export interface FaultView {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly col: number;
  readonly severity: "error" | "warning";
  readonly message: string;
  readonly hint?: string;
  /** The source line with a caret under the place. */
  readonly excerpt: string;
}

/** Body of `POST /api/rules/try`. */
export interface TrialQuestion {
  readonly action: "Authorize" | "StartTransaction" | "StopTransaction" | "DataTransfer" | "BootNotification";
  readonly chargePointId: string;
  readonly connectorId?: number;
  readonly idTag?: string;
  /** Other fields of the request. */
  readonly payload?: Readonly<Record<string, unknown>>;
}

/** Its answer: what the rules in use would answer. */
export interface TrialView {
  readonly answer: Readonly<Record<string, string>>;
  /** rule, otherwise, defaults, default, idTags, scada or module. */
  readonly source: string;
  readonly rule?: string;
  /** Who would be asked. Only the list of id tags is; the answer is what holds when any other does not answer. */
  readonly asked: readonly string[];
  readonly reason?: string;
  /** The rules about the action, from the first to the first that fits. */
  readonly explained: readonly TriedRuleView[];
  /** How many there are about the action. */
  readonly ruleCount: number;
}

export interface TriedRuleView {
  readonly name: string;
  readonly file: string;
  readonly line: number;
  readonly fits: boolean;
  /** Why nobody can say whether it fits. */
  readonly fault?: string;
  /** The condition and, after it, the parts that it depends on. */
  readonly parts: readonly { readonly text: string; readonly value: string }[];
}

/** One of `GET /api/decisions`. */
export interface DecisionRow extends DecisionView {
  readonly chargePointId: string;
  /** 0 where the request names none. */
  readonly connectorId: number;
  readonly idTag: string;
  /** As JSON. */
  readonly answer: string;
}

/** `GET /api/decisions` */
export interface DecisionsView {
  /** False where the settings keep no history, so that there is none to be seen. */
  readonly isKept: boolean;
  /** The newest first. */
  readonly decisions: readonly DecisionRow[];
  /** The `before` of the page after; left out when there are no more. */
  readonly next?: string;
}

/** A question that waits for SCADA. */
export interface PendingView {
  readonly requestId: string;
  readonly action: string;
  readonly chargePointId: string;
  readonly connectorId: number;
  readonly idTag: string;
  /** The request as JSON, without its secrets. */
  readonly payload: string;
  readonly deadline: number;
}

export interface IdTagView {
  readonly idTag: string;
  readonly status: string;
  /** RFC 3339; empty: never. */
  readonly expiryDate: string;
  /** Empty: none. */
  readonly parentIdTag: string;
}

/** `GET /api/id-tags` */
export interface IdTagsView {
  /** In the order of the alphabet. */
  readonly entries: readonly IdTagView[];
  /** The `after` of the next page; left out when there are no more. */
  readonly next?: string;
  /** Of the whole list. */
  readonly count: number;
}

/** `POST /api/id-tags.csv` */
export interface ImportView {
  readonly imported: number;
}

/** What is wrong in a file that was to be imported; nothing of it was. */
export interface ImportRefusal {
  readonly error: string;
  /** The first ones. A line 0 is the file as a whole. */
  readonly faults: readonly { readonly line: number; readonly text: string }[];
  readonly faultCount: number;
}

/** One of `GET /api/users`. */
export interface UserView {
  readonly name: string;
  readonly role: Exclude<SessionView["role"], "none">;
  readonly isEnabled: boolean;
  readonly hasPassword: boolean;
  /** SHA-256 of the certificate by which it may log in; left out where there is none. */
  readonly certificate?: string;
  readonly hasOneTimePassword?: true;
  readonly changedAt: number;
}

/** One of `GET /api/certificates`. */
export interface CertificateView {
  readonly state: "own" | "trusted" | "issuer" | "rejected";
  readonly subject: string;
  readonly issuer: string;
  readonly applicationUri: string;
  readonly validFrom: number;
  readonly validTo: number;
  /** SHA-1 in upper hexadecimal. */
  readonly thumbprint: string;
}

/** `GET /api/datapoints` */
export interface PointsView {
  readonly points: readonly Point[];
  /** The `from` of the next page; left out when there are no more. */
  readonly next?: number;
}
