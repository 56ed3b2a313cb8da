// A list that the bridge keeps and gives page by page: the newest first, older ones when somebody asks for them, and where it is
// followed what has come since.
import type { Refused } from "../refused.ts";
import { batch, signal, type ReadonlySignal, type Signal } from "@preact/signals";

export interface KeptPage<Row> {
  readonly rows: readonly Row[];
  /** Where the next page begins; undefined when there is none. */
  readonly next: string | undefined;
}

type Loaded<Row> =
  | { readonly kind: "answer"; readonly value: KeptPage<Row> }
  | ({ readonly kind: "refusal" } & Refused);

export interface KeptList<Row> {
  readonly rows: ReadonlySignal<readonly Row[]>;
  readonly refusal: ReadonlySignal<Refused | undefined>;
  readonly isBusy: ReadonlySignal<boolean>;
  readonly hasMore: ReadonlySignal<boolean>;
  /** Begins anew, as what is looked for has changed. */
  restart(): Promise<void>;
  more(): Promise<void>;
  /** Reads anew what is shown, with what has come since. False where it was not done: something else is read, or it was refused. */
  readonly refresh: () => Promise<boolean>;
  /** Puts what has come since before the others; the oldest beyond `most` are let go. */
  prepend(rows: readonly Row[], most: number): void;
}

/** Pages that were searched in vain are passed over, but not for ever. */
const MOST_EMPTY_PAGES = 50;

interface Kept<Row> {
  readonly load: (next: string | undefined) => Promise<Loaded<Row>>;
  readonly rows: Signal<readonly Row[]>;
  readonly refusal: Signal<Refused | undefined>;
  readonly isBusy: Signal<boolean>;
  readonly hasMore: Signal<boolean>;
  next: string | undefined;
  /** Counts the beginnings: an answer to what is no longer looked for is thrown away. */
  round: number;
}

/** `load` reads the page that begins at a place, or the newest. */
export function keptList<Row>(load: Kept<Row>["load"]): KeptList<Row> {
  const kept: Kept<Row> = {
    load,
    rows: signal([]),
    refusal: signal(undefined),
    isBusy: signal(false),
    hasMore: signal(false),
    next: undefined,
    round: 0,
  };
  const { rows, refusal, isBusy, hasMore } = kept;
  return {
    rows,
    refusal,
    isBusy,
    hasMore,
    restart: () => {
      kept.round++;
      return read(kept, true);
    },
    more: async () => {
      if (!isBusy.peek() && kept.next !== undefined) await read(kept, false);
    },
    refresh: () => refresh(kept),
    prepend: (newer, most) => {
      if (newer.length === 0) return;
      const all = [...newer, ...rows.peek()];
      // What is let go is older than what is shown: asking on would leave a gap.
      show(kept, all.slice(0, most), all.length > most ? undefined : kept.next);
    },
  };
}

async function read<Row>(kept: Kept<Row>, isFirst: boolean): Promise<void> {
  const own = kept.round;
  kept.isBusy.value = true;
  for (let page = 0; page < MOST_EMPTY_PAGES; page++) {
    const isNewest = isFirst && page === 0;
    const answer = await kept.load(isNewest ? undefined : kept.next);
    if (own !== kept.round) return;
    if (answer.kind === "refusal") {
      kept.refusal.value = answer;
      break;
    }
    const { value } = answer;
    batch(() => {
      kept.refusal.value = undefined;
      show(kept, isNewest ? value.rows : [...kept.rows.peek(), ...value.rows], value.next);
    });
    if (value.rows.length > 0 || value.next === undefined) break;
  }
  kept.isBusy.value = false;
}

/** Page by page down to the last row that is shown; only then is it put in place of what was. */
async function refresh<Row>(kept: Kept<Row>): Promise<boolean> {
  if (kept.isBusy.peek()) return false;
  const own = kept.round;
  const wanted = kept.rows.peek().length;
  const fresh: Row[] = [];
  let place: string | undefined;
  do {
    const answer = await kept.load(place);
    if (own !== kept.round || kept.isBusy.peek() || answer.kind === "refusal") return false;
    fresh.push(...answer.value.rows);
    place = answer.value.next;
  } while (place !== undefined && fresh.length < wanted);
  show(kept, fresh, place);
  return true;
}

function show<Row>(kept: Kept<Row>, rows: readonly Row[], next: string | undefined): void {
  batch(() => {
    kept.next = next;
    kept.rows.value = rows;
    kept.hasMore.value = next !== undefined;
  });
}
