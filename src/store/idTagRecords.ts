// Changes of the list of id tags on their way to the store's thread, however long: what is set is made text a slice at a time, because
// a hundred thousand objects that cross at once would keep every charge point waiting. Undone on the other side.
import { inSlices } from "../std/inSlices.ts";
import { Lane } from "../std/lane.ts";
import type { Receipt } from "../twin/ledger.ts";
import type { IdTag, IdTagChange } from "../twin/idTags.ts";
import type { IdTagRecord, StoreRecord } from "./messages.ts";

/** Some ms. */
const AT_ONCE = 1000;

/** Writes changes down in the order in which they are wanted; false when the disk refuses. */
export function idTagKeeper(
  keep: (record: StoreRecord) => Promise<Receipt>,
): (change: IdTagChange) => Promise<boolean> {
  const lane = new Lane(1);
  return async ({ set, ...change }) => {
    // Waited for outside of the lane: changes that come together share one fsync.
    const { receipt } = await lane.run(async () => {
      const texts: string[] = [];
      await inSlices(set, AT_ONCE, (slice) => void texts.push(JSON.stringify(slice)));
      return { receipt: keep({ kind: "idTags", change, set: texts }) };
    });
    return (await receipt).kind !== "failing";
  };
}

export function idTagsOf({ set }: IdTagRecord): readonly IdTag[] {
  return set.flatMap((text) => JSON.parse(text) as readonly IdTag[]);
}
