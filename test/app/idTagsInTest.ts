// A list of id tags as it was kept.
import type { IdTag, KeptIdTags } from "../../src/twin/idTags.ts";

export function keptIdTags(...entries: readonly IdTag[]): KeptIdTags {
  return { revision: 1, entries: entries.map((entry) => ({ ...entry, revision: 1 })), removed: [], completeSince: 0 };
}
