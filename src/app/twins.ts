// All twins by identity: the memory of the bridge. Only apply.ts puts a changed twin here.
import type { Twin } from "../twin/twin.ts";

export class Twins {
  readonly #byId = new Map<string, Twin>();

  get(id: string): Twin | undefined {
    return this.#byId.get(id);
  }

  set(twin: Twin): void {
    this.#byId.set(twin.id, twin);
  }

  delete(id: string): void {
    this.#byId.delete(id);
  }

  all(): Iterable<Twin> {
    return this.#byId.values();
  }

  get size(): number {
    return this.#byId.size;
  }
}
