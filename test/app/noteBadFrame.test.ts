// What a frame that is no message of OCPP-J leaves at its charge point (OCPP-J 1.6 §4.2), and what it does not.
import { expect, test } from "vitest";
import { noteBadFrame } from "../../src/app/noteBadFrame.ts";
import { forget } from "../../src/app/apply.ts";
import type { Link } from "../../src/ocpp/link.ts";
import { openRoadOut } from "./roadOutInTest.ts";

const link = { identity: "CP001" } as Link;

test("it is a sign of life and a violation of its own kind, and no event", () => {
  const { road, clock, told, twin } = openRoadOut();
  told.length = 0;
  for (let count = 0; count < 1000; count++) noteBadFrame(road, link, "the frame is not JSON");
  expect(twin().violations).toEqual({
    count: 1000,
    kinds: { frame: 1000 },
    last: "frame: the frame is not JSON",
    recent: Array.from({ length: 10 }, () => "frame: the frame is not JSON"),
    at: clock.now(),
    received: clock.now(),
  });
  expect(twin().lastMessage?.received).toBe(clock.now());
  expect(told).toHaveLength(1000);
  expect(told.filter((each) => "severity" in each)).toEqual([]);
});

test("of a charge point that has been removed it is nothing", () => {
  const { road } = openRoadOut();
  forget(road.house, "CP001", 0);
  noteBadFrame(road, link, "the frame is not JSON");
  expect(road.house.twins.get("CP001")).toBeUndefined();
});
