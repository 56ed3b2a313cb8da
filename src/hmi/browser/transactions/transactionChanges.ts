// When the transactions that are shown have become old: one has begun or ended, as the table of charge points tells.
import { computed } from "@preact/signals";
import { allRows } from "../rows.ts";

/** As seldom as the ledger is asked, though each second one begins. */
const AT_MOST_EVERY_MS = 3_000;

/** The transaction of each connector: it runs, or is the last one. */
const running = computed(() =>
  allRows.value.flatMap(({ connectors }) => connectors.map(({ transaction }) => transaction ?? "")).join(),
);

/** Calls `refresh` after changes, until what it returns is called. A refresh that says false is made up for. */
export function onTransactionChange(refresh: () => Promise<boolean>): () => void {
  let isOver = false;
  let isDue = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const read = async () => {
    isDue = false;
    const isDone = await refresh();
    timer = undefined;
    if (!isDone || isDue) arm();
  };
  const arm = () => {
    isDue = true;
    if (!isOver) timer ??= setTimeout(() => void read(), AT_MOST_EVERY_MS);
  };
  let before = running.peek();
  const stop = running.subscribe((now) => {
    if (now !== before) arm();
    before = now;
  });
  return () => {
    isOver = true;
    stop();
    clearTimeout(timer);
  };
}
