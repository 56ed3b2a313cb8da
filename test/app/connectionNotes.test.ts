// What the bridge remembers of connections that were refused, on a clock that the test moves.
import { expect, it } from "vitest";
import { ConnectionNotes } from "../../src/app/connectionNotes.ts";
import { HandClock } from "../ocpp/handClock.ts";

function opened() {
  const clock = new HandClock();
  const notes = new ConnectionNotes({ clock, refusedConnections: 3, refusedConnectionsSeconds: 60 });
  const refuse = (identity: string | undefined): void =>
    notes.refused({ identity, remoteAddress: "192.0.2.1", reason: "user name or password is wrong" });
  return { clock, notes, refuse };
}

it("counts refusals as long as they are recent, each for itself, and tells of the last", () => {
  const { clock, notes, refuse } = opened();
  for (const identity of ["CP1", "CP2", undefined]) {
    refuse(identity);
    clock.move(25_000);
  }
  expect(notes.refusals).toEqual({ count: 2, last: "nobody from 192.0.2.1, user name or password is wrong" });
  clock.move(60_000);
  expect(notes.refusals.count).toBe(0);
});

it("remembers no more of a flood than what is too many", () => {
  const { notes, refuse } = opened();
  for (let index = 0; index < 1000; index++) refuse(`CP${index}`);
  expect(notes.refusals).toMatchObject({ count: 3, last: expect.stringContaining("CP999") });
});

it("tells of an identity that was claimed twice until that is no longer recent", () => {
  const { clock, notes } = opened();
  expect(notes.duplicate).toBeUndefined();
  notes.contested({ identity: "CP1", remoteAddress: "192.0.2.2" });
  clock.move(59_999);
  expect(notes.duplicate).toBe("CP1, the second one from 192.0.2.2");
  clock.move(1);
  expect(notes.duplicate).toBeUndefined();
});
