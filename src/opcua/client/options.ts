// What the client of SCADA's own server is told. Plain data, handed to its thread as it is; nothing here has a default.
import type { ApplicationOptions } from "../options.ts";

/** Where the method is and how the bridge logs in there. */
export interface ScadaMethod {
  /** `opc.tcp://host:port/path` */
  readonly endpoint: string;
  /** NodeId of the object, as `ns=2;s=Decisions`, or `nsu=http://acme/;s=Decisions` (OPC 10000-6 §5.1.12). */
  readonly objectId: string;
  /** NodeId of the method (Action: String, Payload: String) → (Answer: String). */
  readonly methodId: string;
  /** Name of a security policy of OPC 10000-7; messages are signed and encrypted with all but `None`. */
  readonly securityPolicy: string;
  /** Anonymous where absent. */
  readonly user?: { readonly name: string; readonly password: string };
}

export interface ClientOptions {
  readonly method: ScadaMethod;
  readonly application: ApplicationOptions;
  /** Longest text that is taken as an answer. */
  readonly maxAnswerBytes: number;
  /** Longest message of OPC UA, in both directions. */
  readonly maxMessageBytes: number;
}
