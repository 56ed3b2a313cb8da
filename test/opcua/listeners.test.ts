// Listeners behave as those of Node's emitter do where the library relies on it.
import { EventEmitter } from "node:events";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Listeners } from "../../src/opcua/listeners.ts";

/** One step with both; answers what each has heard. */
function play(
  what: string,
  event: string,
  listener: (...args: unknown[]) => void,
  ours: Listeners,
  theirs: EventEmitter,
  heard: string[],
): [unknown, unknown] {
  switch (what) {
    case "add":
      ours.add(event, listener);
      theirs.on(event, listener);
      return [0, 0];
    case "remove":
      ours.remove(event, listener);
      theirs.off(event, listener);
      return [0, 0];
    case "clear":
      ours.clear(event);
      theirs.removeAllListeners(event);
      return [0, 0];
    default: {
      const reference = [theirs.emit(event, 1, 2), ...heard.splice(0)];
      return [[ours.emit(event, [1, 2]), ...heard.splice(0)], reference];
    }
  }
}

describe("listeners", () => {
  test("are called, counted and removed like those of an EventEmitter", () => {
    const heard: string[] = [];
    const functions = [0, 1, 2].map((n) => (...args: unknown[]): void => {
      heard.push(`${n}:${args.join()}`);
    });
    const step = fc.record({
      what: fc.constantFrom("add", "remove", "emit", "clear"),
      event: fc.constantFrom("value_changed", "dispose"),
      n: fc.nat(2),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const ours = new Listeners();
        const theirs = new EventEmitter();
        for (const { what, event, n } of steps) {
          const listener = functions[n]!;
          const [mine, reference] = play(what, event, listener, ours, theirs, heard);
          expect(mine).toEqual(reference);
          expect(ours.count(event)).toBe(theirs.listenerCount(event));
        }
        expect(ours.size).toBe(theirs.listenerCount("value_changed") + theirs.listenerCount("dispose"));
      }),
    );
  });

  test("are the same when they are many", () => {
    const ours = new Listeners();
    const theirs = new EventEmitter();
    theirs.setMaxListeners(0);
    const heard: number[] = [];
    const functions = Array.from({ length: 2000 }, (_, n) => (): void => void heard.push(n));
    for (const each of functions) {
      ours.add("value_changed", each);
      theirs.on("value_changed", each);
    }
    for (const each of functions.filter((_, n) => n % 7 > 0)) {
      ours.remove("value_changed", each);
      theirs.off("value_changed", each);
    }
    expect(ours.emit("value_changed", [])).toBe(theirs.emit("value_changed"));
    const half = heard.length / 2;
    expect(heard.slice(0, half)).toEqual(heard.slice(half));
    expect([ours.size, ours.count("value_changed"), ours.count("dispose")]).toEqual([half, half, 0]);
    ours.clear("value_changed");
    expect([ours.size, ours.emit("value_changed", [])]).toEqual([0, false]);
  });

  test("may go while they are called", () => {
    const listeners = new Listeners();
    const calls: string[] = [];
    const first = (): void => {
      calls.push("first");
      listeners.clear();
    };
    listeners.add("dispose", first);
    listeners.add("dispose", () => calls.push("second"));
    listeners.emit("dispose", []);
    expect(calls).toEqual(["first", "second"]);
    expect(listeners.size).toBe(0);
  });

  test("are all called though one of them throws, and the error is not lost", () => {
    const listeners = new Listeners();
    let isCalled = false;
    listeners.add("value_changed", () => {
      throw new Error("broken");
    });
    listeners.add("value_changed", () => {
      isCalled = true;
    });
    expect(() => listeners.emit("value_changed", [])).toThrow("broken");
    expect(isCalled).toBe(true);
  });
});
