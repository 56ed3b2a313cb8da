// Whom the bridge asks what after a reconnect, and whom it leaves alone (behaviour 7), on a clock that is moved by hand.
import { beforeEach, describe, expect, it } from "vitest";
import { Resynchronisation } from "../../src/app/resynchronise.ts";
import type { CommandOutcome } from "../../src/twin/commands.ts";
import type { TwinEvent } from "../../src/twin/events.ts";
import { reduce } from "../../src/twin/reduce/reduce.ts";
import { createTwin, type Twin } from "../../src/twin/twin.ts";
import { HandClock } from "../ocpp/handClock.ts";

const settings = { afterSeconds: 10, configuration: false };
const known = createTwin("CP1", { status: "Accepted", heartbeatIntervalSeconds: 60 }, 1);
const accepted: CommandOutcome = { kind: "answered", response: { status: "Accepted" } };
const STATUS_OF_1 = 'TriggerMessage {"requestedMessage":"StatusNotification","connectorId":1}';

let clock: HandClock;
let twin: Twin;
let calls: string[];
let outcome: CommandOutcome;
let resynchronisation: Resynchronisation;

beforeEach(() => {
  clock = new HandClock();
  twin = reduce(known, { type: "ConnectorKnown", connector: 1 });
  calls = [];
  outcome = accepted;
  resynchronisation = resynchronising(settings);
});

function resynchronising(chosen: typeof settings): Resynchronisation {
  return new Resynchronisation({
    clock,
    settings: chosen,
    twinOf: () => twin,
    call: async ({ action, payload }) => {
      calls.push(`${action} ${JSON.stringify(payload)}`);
      return outcome;
    },
  });
}

function happen(...events: TwinEvent[]): void {
  const before = twin;
  twin = events.reduce(reduce, before);
  resynchronisation.publish(before, twin);
}

const stamp = (): { at: number; received: number } => ({ at: clock.now(), received: clock.now() });
const link = (): void => happen({ type: "Linked", ...stamp() });
const unlink = (): void => happen({ type: "Unlinked", ...stamp() });

/** All that is asked after the next ten seconds. */
async function asked(): Promise<string[]> {
  clock.move(10_000);
  // What is asked follows its answers, each of which is there at once.
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  return calls.splice(0);
}

describe("a charge point that comes back", () => {
  it("is asked after the time of the settings, and not again while its link stays", async () => {
    link();
    clock.move(9999);
    expect(calls).toEqual([]);
    expect([await asked(), await asked(), clock.running]).toEqual([[STATUS_OF_1], [], 0]);
  });

  it("is asked nothing that it has said itself, and nothing once it has gone again or is removed", async () => {
    link();
    happen({ type: "StatusReported", connector: 1, status: "Available", errorCode: "NoError", ...stamp() });
    expect(await asked()).toEqual([]);
    link();
    unlink();
    expect([await asked(), clock.running]).toEqual([[], 0]);
    link();
    resynchronisation.forget("CP1");
    expect([await asked(), clock.running]).toEqual([[], 0]);
  });

  it.each(["NotImplemented", "NotSupported"])(
    "is asked once when it answers %s (OCPP-J 1.6 §4.2.3), until it has another firmware",
    async (code) => {
      outcome = { kind: "callError", code, description: "" };
      link();
      expect(await asked()).toEqual([STATUS_OF_1]);
      link();
      expect(await asked()).toEqual([]);
      happen({ type: "Booted", firmwareVersion: "2", ...stamp() });
      link();
      expect(await asked()).toEqual([STATUS_OF_1]);
    },
  );

  it("is asked again when its error was about that message alone", async () => {
    outcome = { kind: "callError", code: "InternalError", description: "" };
    link();
    expect(await asked()).toEqual([STATUS_OF_1]);
    link();
    expect(await asked()).toEqual([STATUS_OF_1]);
  });

  it("is asked nothing when its vendor profile says that it must not be sent TriggerMessage", async () => {
    const flags = { noTrigger: true };
    happen({ type: "VendorProfileChosen", name: "acme", repairs: {}, flags, ...stamp() });
    link();
    expect(await asked()).toEqual([]);
  });

  it("is asked nothing while it is Pending or Rejected: it has to boot first, and then tells by itself", async () => {
    for (const status of ["Pending", "Rejected"] as const) {
      happen({ type: "RegistrationSet", status, ...stamp() });
      link();
      expect(await asked()).toEqual([]);
    }
  });

  it("is asked for its configuration first where the settings want it, and for nothing else at 0 seconds", async () => {
    resynchronisation = resynchronising({ afterSeconds: 10, configuration: true });
    link();
    expect(await asked()).toEqual(["GetConfiguration {}", STATUS_OF_1]);
    resynchronisation = resynchronising({ afterSeconds: 0, configuration: true });
    link();
    expect(await asked()).toEqual(["GetConfiguration {}"]);
    resynchronisation = resynchronising({ afterSeconds: 0, configuration: false });
    link();
    expect([await asked(), clock.running]).toEqual([[], 0]);
  });
});
