// What happens in a simulated world, as lines for whoever looks for a fault, and as one number by which two runs are compared.
import type { Heap } from "./heap.ts";

const FNV_OFFSET = 2_166_136_261;
const FNV_PRIME = 16_777_619;

export class Trace {
  readonly #heap: Heap;
  readonly #lines: string[] | undefined;
  #hash = FNV_OFFSET;

  /** Lines are kept only when somebody wants to read them. */
  constructor(heap: Heap, isKept: boolean) {
    this.#heap = heap;
    this.#lines = isKept ? [] : undefined;
  }

  get lines(): readonly string[] {
    return this.#lines ?? [];
  }

  /** FNV-1a of all lines. */
  get hash(): number {
    return this.#hash;
  }

  /** Never with what chance outside the seed has chosen, such as the ids of the bridge's own calls. */
  note(who: string, what: string): void {
    const line = `${(this.#heap.now / 1000).toFixed(4)} ${who}: ${what}`;
    for (let index = 0; index < line.length; index++)
      this.#hash = Math.imul(this.#hash ^ line.charCodeAt(index), FNV_PRIME) >>> 0;
    this.#lines?.push(line);
  }
}
