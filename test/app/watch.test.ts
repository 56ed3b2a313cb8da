// What happens because nothing happens: a reservation that expires without a word of the charge point.
import { expect, it } from "vitest";
import { apply } from "../../src/app/apply.ts";
import { Sequences } from "../../src/app/announce.ts";
import { Twins } from "../../src/app/twins.ts";
import { watchStaleness } from "../../src/app/watch.ts";
import { createTwin } from "../../src/twin/twin.ts";
import { HandClock } from "../ocpp/handClock.ts";

it("a reservation of the charge point ends when it expires, and the watch ends when it is cancelled", () => {
  const clock = new HandClock();
  const house = { twins: new Twins(), projections: [], sequences: new Sequences() };
  const start = clock.now();
  const stamp = { at: start, received: start };
  const twin = createTwin("CP001", { status: "Accepted", heartbeatIntervalSeconds: 300 }, start);
  const reserved = { type: "Reserved", connector: 0, reservationId: 7, idTag: "TAG", expiry: start + 12_000 } as const;
  apply(house, twin, [
    { type: "Linked", ...stamp },
    { ...reserved, ...stamp },
  ]);
  const watch = watchStaleness(house, clock);
  clock.move(11_000);
  expect(house.twins.get("CP001")?.reservation?.reservationId).toBe(7);
  clock.move(4000);
  expect(house.twins.get("CP001")?.reservation).toBeUndefined();
  const endedAt = house.twins.get("CP001")?.reservationEnded?.received ?? 0;
  expect(endedAt).toBeGreaterThanOrEqual(start + 12_000);
  expect(endedAt).toBeLessThan(start + 12_000 + 5000);
  watch.cancel();
  expect(clock.running).toBe(0);
});

it("every one of many charge points is looked at within five seconds, and never many at once", () => {
  const clock = new HandClock();
  const house = { twins: new Twins(), projections: [], sequences: new Sequences() };
  const start = clock.now();
  const stamp = { at: start, received: start };
  const reserved = { type: "Reserved", connector: 0, reservationId: 7, idTag: "TAG", expiry: start + 1000 } as const;
  const ids = Array.from({ length: 1001 }, (_, index) => `CP${index}`);
  for (const id of ids)
    apply(house, createTwin(id, { status: "Accepted", heartbeatIntervalSeconds: 300 }, start), [
      { type: "Linked", ...stamp },
      { ...reserved, ...stamp },
    ]);
  const watch = watchStaleness(house, clock);
  const ended = (): number => ids.filter((id) => house.twins.get(id)?.reservation === undefined).length;
  for (let turn = 0, before = 0; turn < 120; turn++) {
    clock.move(100);
    expect(ended() - before).toBeLessThanOrEqual(21);
    before = ended();
  }
  expect(ended()).toBe(1001);
  watch.cancel();
});
