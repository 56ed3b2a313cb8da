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
  expect(house.twins.get("CP001")?.reservationEnded).toEqual({ at: start + 15_000, received: start + 15_000 });
  watch.cancel();
  expect(clock.running).toBe(0);
});
