// No secret of a URL is told anywhere: through the road out and the road in, in every place that others than the caller read.
import { describe, expect, it } from "vitest";
import { handleCall, type Road } from "../../src/app/handleCall.ts";
import { LedgerNotes } from "../../src/app/ledgerNotes.ts";
import { RunningIdTags } from "../../src/app/runningIdTags.ts";
import { project } from "../../src/datapoints/project.ts";
import { fallback } from "../../src/decisions/sources/fallback.ts";
import type { Call } from "../../src/ocpp/door.ts";
import { encodeCall, parseFrame } from "../../src/ocpp/frame.ts";
import type { Link } from "../../src/ocpp/link.ts";
import type { CallOutcome } from "../../src/ocpp/outgoingCalls.ts";
import type { Ledger } from "../../src/twin/ledger.ts";
import { call, openRoadOut, type RoadOutInTest } from "./roadOutInTest.ts";
import { noVendorProfiles } from "./vendorProfilesInTest.ts";

const SECRET = "S3CRETs3cret0123456789";
/** Nor part of it, where a text was cut. */
const BEGINNING = "S3CRET";
const CERTIFICATE = "-----BEGIN CERTIFICATE-----";
const TIME = "2026-03-01T13:00:00Z";

const urls: readonly (readonly [string, string])[] = [
  ["a password", `ftp://ann:${SECRET}@h/logs`],
  ["a signature of Azure", `https://a.blob.core.windows.net/c?sv=2022&sig=${SECRET}&se=2026`],
  ["a signature of AWS", `https://b.s3.amazonaws.com/k?X-Amz-Date=1&X-Amz-Signature=${SECRET}`],
  ["a signature of Google", `https://storage.googleapis.com/b/o?X-Goog-Expires=1&X-Goog-Signature=${SECRET}`],
  ["a token", `https://h/up?token=${SECRET}`],
  ["a token in a fragment", `https://h/up#access_token=${SECRET}`],
  ["a token as user", `https://${SECRET}@h/up`],
];

/** The requests that carry a URL. */
const requestsWith = (url: string): readonly (readonly [string, object])[] => [
  ["GetDiagnostics", { location: url }],
  ["UpdateFirmware", { location: url, retrieveDate: TIME }],
  ["GetLog", { logType: "SecurityLog", requestId: 5, log: { remoteLocation: url } }],
  [
    "SignedUpdateFirmware",
    {
      requestId: 6,
      firmware: { location: url, retrieveDateTime: TIME, signingCertificate: CERTIFICATE, signature: "c2ln" },
    },
  ],
  ["DataTransfer", { vendorId: "v", data: url }],
  ["DataTransfer", { vendorId: "v", data: JSON.stringify({ url, n: 1 }) }],
  ["DataTransfer", { vendorId: "v", data: JSON.stringify({ url }).replaceAll("/", "\\/").replaceAll("&", "\\u0026") }],
  ["AcmeFetch", { deep: [{ url }] }],
];

/** Answers that quote what they were asked, as charge points do. */
const answersWith = (url: string): readonly CallOutcome[] => [
  { kind: "answered", payload: { status: "Accepted", fileName: url, filename: url, data: url } },
  { kind: "answered", payload: { status: url, note: `cannot fetch ${url}` } },
  { kind: "refused", code: "InternalError", description: `cannot fetch ${url}: 403`, details: { url } },
  { kind: "refused", code: "InternalError", description: `${"x".repeat(225)} ${url}`, details: {} },
  { kind: "timedOut" },
];

/** Everything that others than the caller read: events, log, and what every datapoint shows. */
function told({ occurrences, lines, twin }: RoadOutInTest): string {
  const shown: unknown[] = [];
  project(undefined, twin(), { sample: (_connector, column, { value }) => shown.push([column, value]) });
  return JSON.stringify([occurrences(), lines, shown]);
}

describe.each(urls)("%s", (_, url) => {
  it("of a command is sent, and shown nowhere, whatever is answered", async () => {
    for (const [action, payload] of requestsWith(url))
      for (const answer of answersWith(url)) {
        const road = openRoadOut(answer);
        await road.send(call(action, payload));
        road.clock.move(8 * 86_400_000);
        expect(road.sent.join("")).toContain(SECRET);
        expect(road.occurrences()).toHaveLength(1);
        expect(told(road)).not.toContain(BEGINNING);
        expect(JSON.stringify(road.twin())).not.toContain(BEGINNING);
      }
  });

  it("of the command variables is sent, and shown nowhere", async () => {
    for (const [action, payload] of requestsWith(url)) {
      const road = openRoadOut({ kind: "answered", payload: { status: "Accepted", data: url, fileName: url } });
      await road.send({ kind: "prepare", chargePointId: "CP001", action, payload: JSON.stringify(payload) });
      await road.send({ kind: "trigger", chargePointId: "CP001", on: true }, "administrator", "write");
      for (let turn = 0; turn < 100 && road.twin().command.sequence === 0; turn++) await Promise.resolve();
      road.clock.move(8 * 86_400_000);
      expect(road.sent.join("")).toContain(SECRET);
      expect(road.occurrences()).toHaveLength(1);
      expect(told(road)).not.toContain(BEGINNING);
      expect(JSON.stringify(told(road))).toContain("***");
    }
  });

  it.each<[string, object]>([
    ["DataTransfer", { vendorId: "v", data: url }],
    ["DataTransfer", { vendorId: url, data: JSON.stringify({ url }) }],
    ["SecurityEventNotification", { type: "x", timestamp: TIME, techInfo: `tried ${url} twice` }],
    ["StatusNotification", { connectorId: 0, errorCode: url, status: url }],
  ])("of a %s from the charge point is shown nowhere (%#)", (action, payload) => {
    const road = openRoadOut();
    const ledger: Ledger = { keep: async () => ({ kind: "noted" }) };
    const roadIn: Road = {
      ...road.road,
      decide: fallback,
      isStranger: () => false,
      ledger,
      ledgerNotes: new LedgerNotes(ledger),
      runningIdTags: new RunningIdTags(),
      storeState: () => "ok",
      signing: { judge: async () => ({ status: "Rejected", reason: "nobody can sign" }) },
      validationOf: () => "tolerant",
      beforeAcceptedOf: () => "refuse",
      vendorProfiles: noVendorProfiles,
    };
    const frame = parseFrame(encodeCall("1", action, payload)) as Call;
    for (let count = 0; count < 2; count++) void handleCall(roadIn, { identity: "CP001" } as Link, frame);
    expect(road.twin().lastMessage).toBeDefined();
    const shown = action === "StatusNotification" ? JSON.stringify([road.lines, road.twin().violations]) : told(road);
    expect(shown).not.toContain(BEGINNING);
    if (action !== "StatusNotification") expect(shown).toContain("***");
  });
});
