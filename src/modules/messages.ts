// What crosses between the bridge and the process of a user's module. Plain values only.
import type { Question, Verdict } from "../twin/questions.ts";

/** A verdict without who has given it; whether OCPP allows it is judged by whoever asked. */
export type ModuleAnswer = Omit<Verdict, "source">;

/** Command line of the process. */
export interface ProcessArguments {
  /** Absolute path of the module. */
  readonly file: string;
  /** The bridge's process; without it the module's ends. */
  readonly parent: number;
  /** All memory of the process beyond which it ends itself, bytes. */
  readonly mostBytes: number;
}

export type ToModule =
  | { readonly kind: "question"; readonly id: number; readonly question: Question; readonly now: number }
  /** Nobody waits for the answer any more; says also whether the process still listens. */
  | { readonly kind: "forget"; readonly id: number }
  | { readonly kind: "end" };

export type FromModule =
  | { readonly kind: "loaded" }
  /** It cannot be loaded. */
  | { readonly kind: "unusable"; readonly reason: string }
  | { readonly kind: "answer"; readonly id: number; readonly answer: ModuleAnswer | undefined }
  | { readonly kind: "failed"; readonly id: number; readonly reason: string }
  | { readonly kind: "forgotten" }
  /** A file that it is made of; `mark` says how it lay there when it was read. */
  | { readonly kind: "imported"; readonly file: string; readonly mark: string }
  | { readonly kind: "log"; readonly text: string; readonly fields: string | undefined }
  /** A promise that nobody has waited for was rejected. */
  | { readonly kind: "stray"; readonly reason: string }
  /** An exception that nobody has caught; the process ends. */
  | { readonly kind: "fault"; readonly reason: string };
