// As much of an event emitter as the library needs of a node, at a fraction of the memory: there is one for each monitored node.

export type Listener = (...args: readonly never[]) => void;

/** So many are few: a list, which is copied at each change. Above, a client that monitors one node without end would make each change dearer. */
const FEW = 32;

export class Listeners {
  /** Event, listener, event, listener, …; replaced, never changed, so that an emit in progress is not disturbed. */
  #pairs: readonly (string | Listener)[] = [];
  /** Those of a node with more than a few. Each is there once, as those of monitored items are anyway. */
  #many: Map<string, Set<Listener>> | undefined;

  get size(): number {
    if (this.#many === undefined) return this.#pairs.length / 2;
    let size = 0;
    for (const { size: ofEvent } of this.#many.values()) size += ofEvent;
    return size;
  }

  add(event: string, listener: Listener): void {
    if (this.#many === undefined && this.size >= FEW) this.#grow();
    // Spread, V8 would leave room for more, two thirds of it in vain.
    if (this.#many === undefined) this.#pairs = this.#pairs.concat(event, listener);
    else addTo(this.#many, event, listener);
  }

  /** Removes the newest registration of a listener, as Node's emitter does. */
  remove(event: string, listener: Listener): void {
    if (this.#many !== undefined) {
      this.#many.get(event)?.delete(listener);
      return;
    }
    const pairs = this.#pairs;
    for (let index = pairs.length - 2; index >= 0; index -= 2) {
      if (pairs[index] !== event || pairs[index + 1] !== listener) continue;
      this.#pairs = pairs.toSpliced(index, 2);
      return;
    }
  }

  clear(event?: string): void {
    const pairs = this.#pairs;
    this.#pairs = event === undefined ? [] : pairs.filter((_, index) => pairs[index - (index % 2)] !== event);
    if (event === undefined) this.#many = undefined;
    else this.#many?.delete(event);
  }

  count(event: string): number {
    if (this.#many !== undefined) return this.#many.get(event)?.size ?? 0;
    return this.#pairs.filter((entry, index) => index % 2 === 0 && entry === event).length;
  }

  /** Calls every listener of an event, those that there are now; one that throws does not keep it from the others. */
  emit(event: string, args: readonly unknown[]): boolean {
    const many = this.#many?.get(event);
    const pairs = many === undefined ? this.#pairs : [...many].flatMap((listener) => [event, listener]);
    let heard = false;
    let fault: unknown;
    for (let index = 0; index < pairs.length; index += 2) {
      if (pairs[index] !== event) continue;
      heard = true;
      try {
        (pairs[index + 1] as (...all: readonly unknown[]) => void)(...args);
      } catch (error) {
        fault ??= error;
      }
    }
    if (fault !== undefined)
      throw fault instanceof Error ? fault : new Error(`a listener of ${event} failed`, { cause: fault });
    return heard;
  }

  #grow(): void {
    const many = new Map<string, Set<Listener>>();
    const pairs = this.#pairs;
    for (let index = 0; index < pairs.length; index += 2)
      addTo(many, pairs[index] as string, pairs[index + 1] as Listener);
    this.#many = many;
    this.#pairs = [];
  }
}

function addTo(many: Map<string, Set<Listener>>, event: string, listener: Listener): void {
  const known = many.get(event);
  if (known === undefined) many.set(event, new Set([listener]));
  else known.add(listener);
}
