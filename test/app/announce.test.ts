import { expect, it } from "vitest";
import { announce, Sequences } from "../../src/app/announce.ts";
import type { House } from "../../src/app/apply.ts";
import { Twins } from "../../src/app/twins.ts";
import type { Occurrence } from "../../src/twin/occurrences.ts";
import { createTwin } from "../../src/twin/twin.ts";

const occurrence = (chargePointId: string, received: number): Occurrence => ({
  type: "CommandFinishedEventType",
  chargePointId,
  severity: 100,
  message: "done",
  at: 0,
  received,
  fields: {},
});

it("tells every projection, numbers those of one charge point and time, and marks those of no known charge point", () => {
  const told: [number, string, number | undefined, boolean | undefined][] = [];
  const projection = (place: number): House["projections"][number] => ({
    publish: () => {},
    forget: () => {},
    announce: ({ chargePointId, sequence, isStray }) => void told.push([place, chargePointId, sequence, isStray]),
  });
  const house: House = { twins: new Twins(), projections: [projection(0), projection(1)], sequences: new Sequences() };
  house.twins.set(createTwin("A", { status: "Accepted", heartbeatIntervalSeconds: 60 }, 0));
  for (const [id, received] of [
    ["A", 5],
    ["B", 5],
    ["A", 5],
    ["A", 5],
    ["A", 6],
  ] as const)
    announce(house, occurrence(id, received));
  const expected = [
    ["A", undefined],
    ["B", undefined, true],
    ["A", 1],
    ["A", 2],
    ["A", undefined],
  ] as const;
  expect(told).toEqual(
    expected.flatMap(([id, sequence, isStray]) => [0, 1].map((place) => [place, id, sequence, isStray])),
  );
});
