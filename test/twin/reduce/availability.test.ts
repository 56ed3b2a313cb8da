// What ChangeAvailability has commanded, and when what was scheduled has come true (OCPP 1.6 §5.2).
import { describe, expect, it } from "vitest";
import type { TwinEvent } from "../../../src/twin/events.ts";
import type { Availability, Twin } from "../../../src/twin/twin.ts";
import { T0, after, stamp, started, status, stopped } from "./eventsInTest.ts";

const commanded = (
  seconds: number,
  connector: number,
  availability: Availability["type"],
  answer: Availability["status"] = "Accepted",
): TwinEvent => ({ type: "AvailabilityCommanded", connector, availability, status: answer, ...stamp(seconds) });

/** Of the charge point, connector 1 and connector 2, as `type status`. */
function shown(twin: Twin): (string | undefined)[] {
  const parts = [twin, twin.connectors.get(1), twin.connectors.get(2)];
  return parts.map((part) => part?.availability && `${part.availability.type} ${part.availability.status}`);
}

const two = [status(0, "Available", 1), status(0, "Available", 2)] as const;

describe("availability", () => {
  it("of one connector is that connector's alone", () => {
    const twin = after(...two, commanded(1, 1, "Inoperative"));
    expect(shown(twin)).toEqual([undefined, "Inoperative Accepted", undefined]);
    expect(twin.connectors.get(1)?.availability).toEqual({
      type: "Inoperative",
      status: "Accepted",
      ...stamp(1),
    });
  });

  it("of connector 0 is that of the charge point and of every connector, also of one that reports later", () => {
    const twin = after(status(0, "Available", 1), commanded(1, 0, "Inoperative"), status(2, "Unavailable", 2));
    expect(shown(twin)).toEqual(["Inoperative Accepted", "Inoperative Accepted", "Inoperative Accepted"]);
  });

  it("of connector 0 is scheduled for those alone that charge", () => {
    const twin = after(...two, started(1, 7), commanded(2, 0, "Inoperative", "Scheduled"));
    expect(shown(twin)).toEqual(["Inoperative Scheduled", "Inoperative Scheduled", "Inoperative Accepted"]);
  });

  it("of connector 0 is scheduled for all when nothing is known of the transaction that it waits for", () => {
    const twin = after(...two, commanded(2, 0, "Inoperative", "Scheduled"));
    expect(shown(twin)).toEqual(["Inoperative Scheduled", "Inoperative Scheduled", "Inoperative Scheduled"]);
  });

  it("that is scheduled is accepted when the transaction on that connector stops", () => {
    const events = [...two, started(1, 7), commanded(2, 0, "Inoperative", "Scheduled")] as const;
    expect(shown(after(...events, stopped(3, 8)))).toContain("Inoperative Scheduled");
    const twin = after(...events, stopped(3, 7));
    expect(shown(twin)).toEqual(["Inoperative Accepted", "Inoperative Accepted", "Inoperative Accepted"]);
    expect(twin.connectors.get(1)?.availability).toMatchObject(stamp(3));
    expect(twin.availability).toMatchObject(stamp(3));
  });

  it("that is scheduled for the charge point waits for the last of its connectors", () => {
    const second: TwinEvent = { ...started(1, 9), connector: 2 } as TwinEvent;
    const events = [...two, started(1, 7), second, commanded(2, 0, "Inoperative", "Scheduled"), stopped(3, 7)] as const;
    expect(shown(after(...events))).toEqual(["Inoperative Scheduled", "Inoperative Accepted", "Inoperative Scheduled"]);
    const last: TwinEvent = { ...stopped(4, 9), connector: 2 } as TwinEvent;
    expect(shown(after(...events, last))).toEqual(Array(3).fill("Inoperative Accepted"));
  });

  it("that is scheduled is accepted when the connector is Unavailable, though no stop has been seen", () => {
    const events = [...two, commanded(2, 1, "Inoperative", "Scheduled")] as const;
    expect(shown(after(...events, status(3, "Charging")))).toContain("Inoperative Scheduled");
    expect(shown(after(...events, status(3, "Unavailable")))).toEqual([undefined, "Inoperative Accepted", undefined]);
  });

  it("never goes back in time: a stop by a clock that is hours slow settles it at its receipt", () => {
    const slow = { ...stopped(3, 7), at: T0 - 18_000_000 } as TwinEvent;
    const twin = after(...two, started(-20_000, 7), commanded(2, 1, "Inoperative", "Scheduled"), slow);
    const { received } = stamp(3);
    expect(twin.connectors.get(1)?.availability).toEqual({
      type: "Inoperative",
      status: "Accepted",
      at: received,
      received,
      assumed: true,
    });
  });

  it("is that of the last command, also when our clock was set back meanwhile", () => {
    const twin = after(
      ...two,
      commanded(9, 1, "Operative"),
      commanded(5, 1, "Inoperative"),
      commanded(6, 0, "Inoperative"),
    );
    expect(shown(twin)).toEqual(Array(3).fill("Inoperative Accepted"));
    const whole = after(...two, commanded(9, 0, "Operative"), commanded(5, 0, "Inoperative"));
    expect(shown(whole)).toEqual(Array(3).fill("Inoperative Accepted"));
  });
});
