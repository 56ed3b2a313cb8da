// Something that has happened and is told once, to whoever listens: what OPC UA shows as an event. Pure values.
import type { Stamp } from "./twin.ts";

/** One occurrence. Its type and the names of its fields are those of the table in datapoints/occurrences.ts. */
export interface Occurrence extends Stamp {
  readonly type: string;
  readonly chargePointId: string;
  /** Undefined when it concerns no connector. */
  readonly connectorId?: number;
  /** 1 to 1000 (OPC 10000-5 §6.4.2). */
  readonly severity: number;
  /** One sentence for a person. */
  readonly message: string;
  /** Fields by name; times are epoch ms, enumerations the OCPP text; undefined where there is nothing to say. */
  readonly fields: Readonly<Record<string, string | number | boolean | undefined>>;
  /** Of those of one charge point with the same time of receipt: how many came before it. Undefined: none. */
  readonly sequence?: number;
  /** Of a command that has ended: what its requester has chosen to know it by. */
  readonly reference?: string;
  /** No charge point of that identity was known: only the folder of all charge points tells of it. */
  readonly isStray?: true;
}
