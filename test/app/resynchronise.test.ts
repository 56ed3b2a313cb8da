// What is asked of a charge point that has come back, again and again: an error is remembered only where it says that nothing is known of it.
import { describe, expect, it } from "vitest";
import { Resynchronisation } from "../../src/app/resynchronise.ts";
import type { CommandOutcome } from "../../src/twin/commands.ts";
import { reduce } from "../../src/twin/reduce/reduce.ts";
import { createTwin, type Twin } from "../../src/twin/twin.ts";
import { HandClock } from "../ocpp/handClock.ts";

/** A charge point with two connectors that have not said their status; TriggerMessage ends with what `answer` has last. */
class Scene {
  readonly clock = new HandClock();
  answer: CommandOutcome = { kind: "answered", response: { status: "Accepted" } };
  #asked = 0;
  #twin: Twin = createTwin("CP001", { status: "Accepted", heartbeatIntervalSeconds: 60 }, 1000);
  readonly #followed = new Resynchronisation({
    clock: this.clock,
    settings: { afterSeconds: 5, configuration: false },
    twinOf: () => this.#twin,
    call: async () => {
      this.#asked++;
      return this.answer;
    },
  });

  constructor() {
    for (const connector of [1, 2]) this.#twin = reduce(this.#twin, { type: "ConnectorKnown", connector });
  }

  /** How often it is asked once it has come back with this firmware. */
  async comeBack(firmwareVersion: string): Promise<number> {
    this.clock.move(1000);
    const stamp = { at: this.clock.now(), received: this.clock.now() };
    const before = this.#twin;
    this.#twin = reduce(before, { type: "Linked", ...stamp });
    this.#followed.publish(before, this.#twin);
    this.#twin = reduce(this.#twin, { type: "Booted", vendor: "V", model: "M", firmwareVersion, ...stamp });
    this.#asked = 0;
    this.clock.move(5000);
    // Its answers take no time: everything is asked within this turn.
    await new Promise((done) => setImmediate(done));
    return this.#asked;
  }
}

const callError = (code: string): CommandOutcome => ({ kind: "callError", code, description: "" });

describe("a charge point that answers TriggerMessage with a CALLERROR", () => {
  it.each(["NotImplemented", "NotSupported"])(
    "%s is asked nothing any more until it has another firmware",
    async (code) => {
      const scene = new Scene();
      scene.answer = callError(code);
      expect(await scene.comeBack("1.0")).toBe(1);
      expect(await scene.comeBack("1.0")).toBe(0);
      expect(await scene.comeBack("1.1")).toBe(1);
      expect(await scene.comeBack("1.1")).toBe(0);
    },
  );

  it.each(["InternalError", "GenericError", "PropertyConstraintViolation", "ProtocolError"])(
    "%s is asked for the rest, and again the next time",
    async (code) => {
      const scene = new Scene();
      scene.answer = callError(code);
      expect(await scene.comeBack("1.0")).toBe(2);
      expect(await scene.comeBack("1.0")).toBe(2);
    },
  );
});
