// CertificateSigned ("Improved security for OCPP 1.6-J" §5, A02): a certificate that was made waits for its charge point.
import { beforeAll, describe, expect, test } from "vitest";
import { forget } from "../../src/app/apply.ts";
import { CertificateDelivery } from "../../src/app/certificateDelivery.ts";
import { sendCommand } from "../../src/app/sendCommand.ts";
import type { CallOutcome } from "../../src/ocpp/outgoingCalls.ts";
import { fingerprintIn } from "../../src/std/pemFile.ts";
import type { Projection } from "../../src/twin/ports.ts";
import { Authority } from "../ocpp/certificatesInTest.ts";
import { ACCEPTED, openRoadOut } from "./roadOutInTest.ts";

let chain: string;
let next: string;
beforeAll(async () => {
  const root = await Authority.create();
  [chain, next] = await Promise.all([root.issue(), root.issue()]).then(([one, two]) => [one.cert, two.cert]);
});

const OFFLINE: CallOutcome = { kind: "offline" };
const SILENT: CallOutcome = { kind: "timedOut" };
const REJECTED: CallOutcome = { kind: "answered", payload: { status: "Rejected" } };
const UNKNOWN: CallOutcome = { kind: "refused", code: "NotImplemented", description: "", details: {} };

const settled = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

function open(first: CallOutcome | Promise<CallOutcome>) {
  let answer = first;
  const { road, clock, happen, twin, sent, lines } = openRoadOut(async () => answer);
  const delivery = new CertificateDelivery({ ...road, command: (...wanted) => sendCommand(road, ...wanted) });
  (road.house.projections as Projection[]).push(delivery);
  const stamp = (): { at: number; received: number } => ({ at: clock.now(), received: clock.now() });
  const reconnect = async (outcome: CallOutcome, certificate?: string): Promise<void> => {
    answer = outcome;
    happen({ type: "Unlinked", ...stamp() });
    clock.move(1);
    const link = { remoteAddress: "::1", securityProfile: 3, certificate, ocppVersion: "1.6" };
    happen({ type: "Linked", ...link, ...stamp() });
    clock.move(1);
    await settled();
  };
  const chains = (): unknown[] =>
    sent.map(
      (each) => (JSON.parse(each.slice("CertificateSigned ".length)) as Record<string, unknown>)["certificateChain"],
    );
  const waiting = (): string | undefined => twin().undeliveredCertificate?.text;
  const givenUp = (): unknown[] =>
    lines
      .filter(({ level, message }) => level === "error" && message.includes("is given up"))
      .map(({ fields }) => fields["reason"]);
  return { delivery, road, clock, happen, stamp, reconnect, chains, waiting, givenUp };
}

describe("a certificate that was made", () => {
  test("is sent once where the charge point takes it", async () => {
    const { delivery, reconnect, chains, waiting, givenUp } = open(ACCEPTED);
    await delivery.deliver("CP001", chain);
    await reconnect(ACCEPTED);
    expect([chains(), waiting(), givenUp()]).toEqual([[chain], undefined, []]);
  });

  test.each<[string, CallOutcome]>([
    ["could not be sent", OFFLINE],
    ["had no room", { kind: "queueFull" }],
    ["waited too long", { kind: "expired" }],
    ["was not answered", SILENT],
  ])("that %s is sent after the next connect, once for each, until it is taken", async (_, outcome) => {
    const { delivery, happen, stamp, clock, reconnect, chains, waiting } = open(outcome);
    await delivery.deliver("CP001", chain);
    expect(waiting()).toBe(chain);
    await reconnect(outcome);
    happen({ type: "Booted", vendor: "ACME", ...stamp() });
    clock.move(1000);
    await settled();
    expect(chains()).toEqual([chain, chain]);
    await reconnect(ACCEPTED);
    await reconnect(ACCEPTED);
    expect([chains(), waiting()]).toEqual([[chain, chain, chain], undefined]);
  });

  test("waits until the registration is accepted (OCPP 1.6 §4.2)", async () => {
    const { delivery, happen, stamp, clock, reconnect, chains } = open(OFFLINE);
    await delivery.deliver("CP001", chain);
    happen({ type: "RegistrationSet", status: "Pending", answered: "Pending", ...stamp() });
    await reconnect(ACCEPTED);
    expect(chains()).toHaveLength(1);
    happen({ type: "RegistrationSet", status: "Accepted", answered: "Accepted", ...stamp() });
    clock.move(1);
    await settled();
    expect(chains()).toHaveLength(2);
  });

  test.each<[string, CallOutcome]>([
    ["Rejected", REJECTED],
    ["an error", UNKNOWN],
  ])("is given up once it is answered with %s", async (_, outcome) => {
    const { delivery, reconnect, chains, waiting, givenUp } = open(OFFLINE);
    await delivery.deliver("CP001", chain);
    await reconnect(outcome);
    await reconnect(outcome);
    expect(chains()).toHaveLength(2);
    expect([waiting(), givenUp()]).toEqual([undefined, ["the charge point has refused it"]]);
  });

  test("is given up after three times without an answer, for the message might be what a firmware dies of", async () => {
    const { delivery, reconnect, chains, waiting, givenUp } = open(SILENT);
    await delivery.deliver("CP001", chain);
    for (let count = 0; count < 5; count++) await reconnect(SILENT);
    expect(chains()).toHaveLength(3);
    expect([waiting(), givenUp()]).toEqual([undefined, ["it was sent 3 times without an answer"]]);
    await delivery.deliver("CP001", next);
    await reconnect(ACCEPTED);
    expect(chains().slice(3)).toEqual([next, next]);
  });

  test("is given up once it is no longer valid", async () => {
    const { delivery, clock, reconnect, chains, givenUp } = open(OFFLINE);
    await delivery.deliver("CP001", chain);
    clock.move(Date.now() + 10 * 365 * 86_400_000);
    await reconnect(ACCEPTED);
    expect([chains().length, givenUp()]).toEqual([1, ["it is no longer valid"]]);
  });

  test("is not sent again to who connects with it: only the answer was lost", async () => {
    const { delivery, reconnect, chains, waiting, givenUp } = open(SILENT);
    await delivery.deliver("CP001", chain);
    await reconnect(ACCEPTED, fingerprintIn(chain));
    expect([chains(), waiting(), givenUp()]).toEqual([[chain], undefined, []]);
  });

  test("is of no use any more when the next one has been made", async () => {
    const { delivery, reconnect, chains, waiting } = open(OFFLINE);
    await delivery.deliver("CP001", chain);
    await delivery.deliver("CP001", next);
    await reconnect(ACCEPTED);
    expect([chains(), waiting()]).toEqual([[chain, next, next], undefined]);
  });

  test("is not given up for what its charge point answers late to the one before", async () => {
    const late = Promise.withResolvers<CallOutcome>();
    const { delivery, reconnect, waiting, givenUp } = open(late.promise);
    const delivered = delivery.deliver("CP001", chain);
    await settled();
    await reconnect(OFFLINE);
    await delivery.deliver("CP001", next);
    late.resolve(REJECTED);
    await delivered;
    expect([waiting(), givenUp()]).toEqual([next, []]);
  });

  test("is gone with its charge point", async () => {
    const { delivery, road, chains } = open(OFFLINE);
    forget(road.house, "CP001", 0);
    await delivery.deliver("CP001", chain);
    expect(chains()).toEqual([]);
  });
});
