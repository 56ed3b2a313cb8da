// As much of an event emitter as the library needs of a node, at a fraction of the memory: there is one for each monitored node.

export type Listener = (...args: readonly never[]) => void;

export class Listeners {
  /** Event, listener, event, listener, …; replaced, never changed, so that an emit in progress is not disturbed. */
  #pairs: readonly (string | Listener)[] = [];

  get size(): number {
    return this.#pairs.length / 2;
  }

  add(event: string, listener: Listener): void {
    this.#pairs = [...this.#pairs, event, listener];
  }

  /** Removes the newest registration of a listener, as Node's emitter does. */
  remove(event: string, listener: Listener): void {
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
  }

  count(event: string): number {
    return this.#pairs.filter((entry, index) => index % 2 === 0 && entry === event).length;
  }

  /** Calls every listener of an event; one that throws does not keep it from the others. */
  emit(event: string, args: readonly unknown[]): boolean {
    const pairs = this.#pairs;
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
}
