// What the bridge itself says has its German: whatever the tables describe, every alarm, and every sentence of the files below.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { judgeRights } from "../../../src/app/allow.ts";
import type { AlarmThresholds } from "../../../src/datapoints/alarm.ts";
import {
  isFaultedWithoutCode,
  opcUaCertificateExpires,
  standsIn,
  type BridgeFacts,
  type ChargePointFacts,
  type ConnectorFacts,
} from "../../../src/datapoints/alarmFindings.ts";
import { errorAlarms } from "../../../src/datapoints/alarmsOfErrors.ts";
import { bridgeAlarms, chargePointAlarms, connectorAlarms } from "../../../src/datapoints/alarms.ts";
import { chargePointMethods, connectorMethods, folderMethods } from "../../../src/datapoints/methods.ts";
import { pointList } from "../../../src/datapoints/pointList.ts";
import german from "../../../src/hmi/browser/bridgeSentences.json" with { type: "json" };
import { translator, type Piece } from "../../../src/hmi/browser/translation.ts";
import type { Command, CommandOutcome, Requester } from "../../../src/twin/commands.ts";
import { textOfOutcome } from "../../../src/twin/outcomes.ts";
import { sentencesOf } from "./sentencesInSource.ts";

const translate = translator(german.sentences);
const isWhole = (pieces: readonly Piece[] | undefined) => pieces?.every(({ isForeign }) => !isForeign) === true;
const withoutGerman = (sentences: Iterable<string>) =>
  [...new Set(sentences)].filter((sentence) => sentence !== "" && !isWhole(translate(sentence)));
const placesIn = (template: string) => [...template.matchAll(/\{\w+\}/gu)].map(([place]) => place).toSorted();

const preparing = { status: "Preparing", received: 0 };
const observer: Requester = { user: "anna", role: "observer", via: "http", isPrivate: true };

const key = { key: "AuthorizationKey", value: "0".repeat(40) };
const call: Command = { kind: "call", chargePointId: "CP1", action: "ChangeConfiguration", payload: key };
const refusedTo = (requester: Requester, command: Command) => [judgeRights(command, requester) ?? []].flat();

const methods = [...chargePointMethods, ...connectorMethods, ...folderMethods];
const alarms = [...bridgeAlarms, ...chargePointAlarms, ...connectorAlarms];

/** What a charge point tells of an error, of which much could be the bridge's own sentence. */
const tolds = [
  "E17",
  "log in first",
  "log in first; log in first",
  "CP7 is in the register already",
  "fan is no field of it",
  "fan: not seen in time",
  "temperature: is missing, and 2 more",
  "fan is sent by the central system, not by a charge point",
];
const toldOf = (errorCode: string, told: string) => ({
  twin: { status: { status: "Faulted", errorCode, vendorErrorCode: told, info: told, received: 0 } },
});

/** Where sentences are composed that the page shows: refusals, alarms, effects. */
const files = [
  ..."acting kept looking routes site trends".split(" ").map((name) => `hmi/api/${name}`),
  ..."check downloads events guard importIdTags keptQueries login".split(" ").map((name) => `hmi/${name}`),
  ..."allow applyConfiguration callChargePoint changeAccounts changeIdTags changePassword changeRegister changeTrust"
    .split(" ")
    .map((name) => `app/${name}`),
  ..."changeTwin decideOrReload effects encode idTagImports locations openHmi sendIdTags serviceLevel"
    .split(" ")
    .map((name) => `app/${name}`),
  ..."alarmFindings alarmsOfErrors arguments idTagCsv idTagFields".split(" ").map((name) => `datapoints/${name}`),
  ..."effects limitEffect limits profileRules requestRules".split(" ").map((name) => `ocpp/v16/${name}`),
  ..."CancelReservation CertificateSigned ChangeAvailability RemoteStartTransaction RemoteStopTransaction"
    .split(" ")
    .map((name) => `ocpp/v16/messages/${name}`),
  ..."ReserveNow Reset UnlockConnector".split(" ").map((name) => `ocpp/v16/messages/${name}`),
  "ocpp/validate",
  "decisions/ask",
  "twin/alarms",
  "twin/outcomes",
].map((name) => `src/${name}.ts`);

/** Parts of which sentences are made that stand in the table as a whole, by the file that has them. */
const parts: ReadonlySet<string> = new Set([
  "{} with a secret",
  "HTTP and FTP",
  " (files.ftp of the settings would add FTP)",
  "half of limits.maxUnsentBytes",
  "; it waits for a RemoteStartTransaction",
  "; cells are separated by commas, not by semicolons",
  "{} for too long{}",
  "{} at {}",
  "The certificate of {} {} ({})",
  "who has not logged in",
  "{} is {}",
  "{} received",
  " on connector {}",
  "a transaction of {}{}",
  "{} Reserved",
  "line {}: ",
  ", and {} more",
  "has expired",
  "{}.req: {}",
  "Improved security for OCPP 1.6-J §5",
]);

describe("in German there is", () => {
  it("each description of a method", () =>
    expect(withoutGerman(methods.map(({ description }) => description))).toEqual([]));

  it("each description of an argument", () =>
    expect(withoutGerman(methods.flatMap(({ inputs }) => inputs.map(({ description }) => description)))).toEqual([]));

  it("each description of a datapoint", () =>
    expect(withoutGerman(pointList([]).map(({ description }) => description))).toEqual([]));

  it("each name of an alarm, and no other", () =>
    expect(Object.keys(german.alarmNames)).toEqual([...new Set(alarms.map(({ name }) => name))].toSorted()));

  it.each(files)("each sentence of %s", (file) => {
    const known = new Set(Object.keys(german.sentences).map(withoutNames));
    const missing = sentencesOf(file).filter((sentence) => !parts.has(sentence) && !known.has(withoutNames(sentence)));
    expect(missing).toEqual([]);
  });

  it.each(tolds)("each alarm of an error, and none of the charge point's own words %j", (told) => {
    const found = errorAlarms(0, "").map(({ name, description, find }) => {
      const facts = toldOf(name, told) as unknown as ChargePointFacts;
      return [
        find(facts, {} as AlarmThresholds)?.text,
        `${translate(description)?.[0]?.text}; ${told}; ${told}`,
      ] as const;
    });
    const uncoded = isFaultedWithoutCode(toldOf("NoError", told) as unknown as ChargePointFacts)?.text;
    for (const [text = "", shown] of [...found, [uncoded, `Gestört, ohne Fehlercode; ${told}`] as const]) {
      expect(translate(text)).toEqual([{ text: shown, isForeign: false }]);
      expect(translate(`Over: ${text}`)?.map((piece) => piece.text)).toEqual(["Vorbei: ", shown]);
    }
  });

  it("each sentence that is made of parts, as the bridge makes it", () => {
    const outcomes: readonly CommandOutcome[] = [
      { kind: "offline" },
      { kind: "queueFull" },
      { kind: "expired" },
      { kind: "timedOut" },
      { kind: "tooLarge", maxFrameBytes: 65_536 },
      { kind: "invalid", path: "connectorId", text: "must be at most 2: CP1 has no more connectors" },
      { kind: "answered", response: { status: "Rejected" } },
      ...refusedTo(observer, { kind: "call", chargePointId: "CP1", action: "Reset", payload: {} }),
      ...refusedTo({ ...observer, role: "operator" }, call),
      ...refusedTo({ ...observer, role: "administrator", isPrivate: false }, call),
    ];
    expect(outcomes).toHaveLength(10);
    const [thumbprint, expiresAt] = ["AB12", Date.parse("2026-05-01T00:00:00Z")];
    const certificate = { state: "own", subject: "CN=bridge", thumbprint, validTo: expiresAt, der: "" };
    const found = [expiresAt - 1, expiresAt + 1].map(
      (now) =>
        opcUaCertificateExpires("own")({ now, certificates: [certificate] } as unknown as BridgeFacts)?.text ?? "",
    );
    const stuck = { twin: { vendorProfile: { flags: { remoteStartNeeded: true } } }, connector: { status: preparing } };
    const waiting = standsIn("Preparing")(stuck as unknown as ConnectorFacts)?.text ?? "";
    const free = "connector 2 no longer Unavailable: the link was lost, and nothing was seen in time";
    const said = [
      "Over: The voltage is too low",
      ...outcomes.map(textOfOutcome),
      ...found,
      waiting,
      free,
      "nothing was imported: line 3: is missing, and 2 more",
    ];
    expect(said.filter((sentence) => sentence === "")).toEqual([]);
    expect(withoutGerman(said)).toEqual([]);
  });

  it("the same places for values as in English, and a text", () => {
    for (const [source, target] of Object.entries(german.sentences)) {
      expect(placesIn(target), source).toEqual(placesIn(source));
      expect(target.trim()).not.toBe("");
    }
  });

  it("an order by which one finds a sentence", () => {
    for (const table of Object.values(german)) expect(Object.keys(table)).toEqual(Object.keys(table).toSorted());
  });
});

it("what the bridge says is not part of what the first paint loads", () => {
  const manifest = new URL("../../../dist/hmi/browser/.vite/manifest.json", import.meta.url);
  const chunks = JSON.parse(readFileSync(manifest, "utf8")) as Record<string, { readonly isDynamicEntry?: boolean }>;
  expect(chunks["bridgeSentences.json"]?.isDynamicEntry).toBe(true);
});

/** Places that stand side by side are one: nobody can tell where the first ends. */
function withoutNames(template: string): string {
  return template.replaceAll(/\{\w*\}/gu, "{}").replaceAll(/(\{\})+/gu, "{}");
}
