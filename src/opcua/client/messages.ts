// What crosses between the main thread and the thread of the client that calls SCADA's own server.
import type { FromThread } from "../messages.ts";
import type { ClientOptions } from "./options.ts";

export type ToClient =
  | { readonly kind: "start"; readonly options: ClientOptions }
  | {
      readonly kind: "call";
      readonly id: number;
      readonly action: string;
      /** JSON */
      readonly payload: string;
      readonly timeoutMs: number;
    }
  | { readonly kind: "stop" };

export type FromClient =
  /** With `reason` there is no session, and why. */
  | { readonly kind: "state"; readonly reason: string | undefined }
  /** The text that the method has answered. Every call ends with this or with `fault`, at its timeout at the latest. */
  | { readonly kind: "answer"; readonly id: number; readonly text: string }
  | { readonly kind: "fault"; readonly id: number; readonly reason: string }
  | Extract<FromThread, { kind: "log" }>;
