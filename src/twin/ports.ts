// What one adapter needs of another, as narrow interfaces; app/start.ts hands the real ones over.
import type { Occurrence } from "./occurrences.ts";
import type { Twin } from "./twin.ts";

/** Something that shows twins: OPC UA, the store, the web page. It only queues, and cannot fail the call that changed the twin. */
export interface Projection {
  /** A twin is new (`before` undefined) or has changed. */
  publish(before: Twin | undefined, after: Twin): void;
  /** A twin is no longer known. */
  forget(id: string): void;
  /** Something has happened; whatever was published before is shown before. */
  announce(occurrence: Occurrence): void;
}

/** Why a charge point is known: by the settings, by the register that grows while the bridge runs, or because it has come by itself. */
export type Origin = "settings" | "register" | "stranger";
