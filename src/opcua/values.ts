// What one charge point or connector has reported, as compactly as it goes: most of the several hundred columns are never used.

/** Numbers kept for each column that has been received. */
const SLOT = 3;

export class Values {
  /** Columns in order of arrival; the position is the slot. */
  readonly #columns: number[] = [];
  /** Value, source time and time of receipt of each slot; the value is NaN where there is none or where it is a text. */
  readonly #numbers: number[] = [];
  #texts: Map<number, string> | undefined;
  #stale: Set<number> | undefined;
  #nothing: Set<number> | undefined;

  /** Position of a column; -1 when it has never been received. */
  slotOf(column: number): number {
    return this.#columns.indexOf(column);
  }

  /** Whether any column from `from` up to and not including `to` has been received. */
  hasAny(from: number, to: number): boolean {
    for (const column of this.#columns) if (column >= from && column < to) return true;
    return false;
  }

  /** How many columns from `from` up to and not including `to` have been received. */
  countOf(from: number, to: number): number {
    return this.#columns.filter((column) => column >= from && column < to).length;
  }

  value(slot: number): number {
    return this.#numbers[slot * SLOT] ?? NaN;
  }

  at(slot: number): number {
    return this.#numbers[slot * SLOT + 1] ?? 0;
  }

  received(slot: number): number {
    return this.#numbers[slot * SLOT + 2] ?? 0;
  }

  text(column: number): string | undefined {
    return this.#texts?.get(column);
  }

  isStale(column: number): boolean {
    return this.#stale?.has(column) === true;
  }

  /** It is known that there is nothing. */
  isNothing(column: number): boolean {
    return this.#nothing?.has(column) === true;
  }

  /** Keeps a sample; NaN means no value. Answers whether the column is new. */
  set(column: number, value: number, at: number, received: number): boolean {
    const slot = this.slotOf(column);
    if (slot < 0) {
      this.#columns.push(column);
      this.#numbers.push(value, at, received);
      return true;
    }
    const first = slot * SLOT;
    this.#numbers[first] = value;
    this.#numbers[first + 1] = at;
    this.#numbers[first + 2] = received;
    return false;
  }

  setText(column: number, text: string | undefined): void {
    if (text !== undefined) (this.#texts ??= new Map()).set(column, text);
    else this.#texts?.delete(column);
  }

  setStale(column: number, stale: boolean): void {
    if (stale) (this.#stale ??= new Set()).add(column);
    else this.#stale?.delete(column);
  }

  setNothing(column: number, nothing: boolean): void {
    if (nothing) (this.#nothing ??= new Set()).add(column);
    else this.#nothing?.delete(column);
  }
}
