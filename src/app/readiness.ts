// Whether the bridge is ready, and if not, why: it is starting or stopping. It tells whoever watches at once.
export type NotReady = "starting" | "stopping";

export class Readiness {
  #reason: NotReady | undefined = "starting";
  readonly #watchers: (() => void)[] = [];

  /** As people read them; none where it is ready. */
  readonly reasons = (): readonly NotReady[] => (this.#reason === undefined ? [] : [this.#reason]);

  /** Calls `changed` after every change. */
  watch(changed: () => void): void {
    this.#watchers.push(changed);
  }

  /** Undefined: it is ready. One that stops never is again. */
  set(reason: NotReady | undefined): void {
    if (this.#reason === "stopping" || this.#reason === reason) return;
    this.#reason = reason;
    for (const changed of this.#watchers) changed();
  }
}
