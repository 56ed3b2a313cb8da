// A certificate that was made for a charge point ("Improved security for OCPP 1.6-J" §5), as the twin keeps it.
import { expect, it } from "vitest";
import type { TwinEvent } from "../../../src/twin/events.ts";
import { restoreTwin } from "../../../src/twin/restore.ts";
import { snapshotText, twinFrom } from "../../../src/twin/snapshot.ts";
import { after, stamp, T0 } from "./eventsInTest.ts";

const made = (seconds: number, chain: string): TwinEvent => ({ type: "CertificateMade", chain, ...stamp(seconds) });
const ended = (seconds: number, chain: string): TwinEvent => ({ type: "CertificateSettled", chain, ...stamp(seconds) });

it("waits until it is settled, and the newest one alone", () => {
  expect(after(made(1, "one")).undeliveredCertificate).toEqual({ text: "one", ...stamp(1) });
  expect(after(made(2, "one"), made(1, "two")).undeliveredCertificate?.text).toBe("two");
  expect(after(made(1, "one"), made(2, "two"), ended(3, "one")).undeliveredCertificate?.text).toBe("two");
  expect(after(made(1, "one"), ended(2, "one"))).toEqual(after());
});

it("is there again after a restart", () => {
  const written = twinFrom(snapshotText(after(made(1, "one"))));
  expect(written && restoreTwin(written, [], T0).undeliveredCertificate).toEqual({ text: "one", ...stamp(1) });
});
