// A list that the bridge keeps and gives page by page: the newest first, older ones when somebody asks for them, and where it is
// followed what has come since.
import { batch, signal, type ReadonlySignal } from "@preact/signals";
import type { Refusal } from "../../shapes.ts";

export interface KeptPage<Row> {
  readonly rows: readonly Row[];
  /** Where the next page begins; undefined when there is none. */
  readonly next: string | undefined;
}

type Loaded<Row> =
  | { readonly kind: "answer"; readonly value: KeptPage<Row> }
  | ({ readonly kind: "refusal" } & Refusal);

export interface KeptList<Row> {
  readonly rows: ReadonlySignal<readonly Row[]>;
  readonly refusal: ReadonlySignal<Refusal | undefined>;
  readonly isBusy: ReadonlySignal<boolean>;
  readonly hasMore: ReadonlySignal<boolean>;
  /** Begins anew, as what is looked for has changed. */
  restart(): Promise<void>;
  more(): Promise<void>;
  /** Reads anew what is shown, with what has come since. False where it was not done: something else is read, or it was refused. */
  refresh(): Promise<boolean>;
  /** Keeps nothing any more, also not what is on its way. */
  forget(): void;
  /** Puts what has come since before the others; the oldest beyond `most` are let go. */
  prepend(rows: readonly Row[], most: number): void;
}

/** Pages that were searched in vain are passed over, but not for ever. */
const MOST_EMPTY_PAGES = 50;

/** `load` reads the page that begins at a place, or the newest. */
export function keptList<Row>(load: (next: string | undefined) => Promise<Loaded<Row>>): KeptList<Row> {
  const rows = signal<readonly Row[]>([]);
  const refusal = signal<Refusal | undefined>(undefined);
  const isBusy = signal(false);
  const hasMore = signal(false);
  let next: string | undefined;
  /** Counts the beginnings: an answer to what is no longer looked for is thrown away. */
  let round = 0;

  const read = async (isFirst: boolean) => {
    const own = round;
    isBusy.value = true;
    for (let page = 0; page < MOST_EMPTY_PAGES; page++) {
      const answer = await load(isFirst && page === 0 ? undefined : next);
      if (own !== round) return;
      if (answer.kind === "refusal") {
        refusal.value = answer;
        break;
      }
      const { value } = answer;
      next = value.next;
      batch(() => {
        refusal.value = undefined;
        rows.value = isFirst && page === 0 ? value.rows : [...rows.peek(), ...value.rows];
        hasMore.value = next !== undefined;
      });
      if (value.rows.length > 0 || next === undefined) break;
    }
    isBusy.value = false;
  };

  /** Page by page down to the last row that is shown; only then is it put in place of what was. */
  const refresh = async () => {
    if (isBusy.peek()) return false;
    const own = round;
    const wanted = rows.peek().length;
    const fresh: Row[] = [];
    let place: string | undefined;
    do {
      const answer = await load(place);
      if (own !== round || isBusy.peek() || answer.kind === "refusal") return false;
      fresh.push(...answer.value.rows);
      place = answer.value.next;
    } while (place !== undefined && fresh.length < wanted);
    batch(() => {
      rows.value = fresh;
      next = place;
      hasMore.value = place !== undefined;
    });
    return true;
  };

  return {
    rows,
    refusal,
    isBusy,
    hasMore,
    restart: () => {
      round++;
      return read(true);
    },
    more: async () => {
      if (!isBusy.peek() && next !== undefined) await read(false);
    },
    refresh,
    forget: () => {
      round++;
      next = undefined;
      batch(() => {
        rows.value = [];
        refusal.value = undefined;
        isBusy.value = false;
        hasMore.value = false;
      });
    },
    prepend: (newer, most) => {
      if (newer.length === 0) return;
      const all = [...newer, ...rows.peek()];
      rows.value = all.slice(0, most);
      if (all.length > most) {
        // What was let go is older than what is shown: asking on would leave a gap.
        next = undefined;
        hasMore.value = false;
      }
    },
  };
}
