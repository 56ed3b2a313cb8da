// What else is kept of commands and their answers: local list, composite schedule, files, certificates, command variables.
import { describe, expect, it } from "vitest";
import type { TwinEvent } from "../../../src/twin/events.ts";
import { reduce } from "../../../src/twin/reduce/reduce.ts";
import type { TransferTopic } from "../../../src/twin/twin.ts";
import { after, stamp } from "./eventsInTest.ts";

describe("the local authorization list (OCPP 1.6 §5.10, §5.15)", () => {
  const sent = (seconds: number, version: number, answer: string): TwinEvent => ({
    type: "LocalListSent",
    version,
    updateType: "Full",
    status: answer,
    ...stamp(seconds),
  });
  const versionReported = (seconds: number, version: number): TwinEvent => ({
    type: "LocalListVersionReported",
    version,
    ...stamp(seconds),
  });

  it("has the version that was accepted", () => {
    expect(after(sent(1, 4, "Accepted")).localList).toEqual({
      version: 4,
      updateType: "Full",
      status: "Accepted",
      ...stamp(1),
    });
  });

  it.each(["Failed", "NotSupported", "VersionMismatch"])("keeps its version when the answer is %s", (answer) => {
    expect(after(sent(1, 4, "Accepted"), sent(2, 5, answer)).localList).toMatchObject({ version: 4, status: answer });
    expect(after(sent(2, 5, answer)).localList).toEqual({ updateType: "Full", status: answer, ...stamp(2) });
  });

  it("has the version that is reported, and keeps what was answered to the last one sent", () => {
    expect(after(versionReported(1, -1)).localList).toEqual({ version: -1, ...stamp(1) });
    expect(after(sent(1, 4, "Failed"), versionReported(2, 3)).localList).toEqual({
      version: 3,
      updateType: "Full",
      status: "Failed",
      ...stamp(2),
    });
  });

  it("remembers with which version it was filled by the list of id tags, whatever is sent or reported afterwards", () => {
    const filled = { version: 4, revision: 9 };
    const twin = after(sent(1, 4, "Accepted"), { type: "LocalListFilled", ...filled });
    expect(twin.localList).toEqual({ version: 4, updateType: "Full", status: "Accepted", filled, ...stamp(1) });
    expect(reduce(twin, sent(2, 5, "Accepted")).localList).toMatchObject({ version: 5, filled });
    expect(reduce(twin, versionReported(2, 7)).localList).toMatchObject({ version: 7, filled });
    expect(after({ type: "LocalListFilled", ...filled }).localList).toBeUndefined();
  });

  it("is that of the last answer, also when our clock was set back meanwhile", () => {
    const twin = after(sent(5, 4, "Accepted"));
    expect(reduce(twin, sent(4, 3, "Accepted")).localList).toMatchObject({ version: 3, ...stamp(4) });
    expect(reduce(twin, versionReported(4, 3)).localList).toMatchObject({ version: 3, ...stamp(4) });
  });
});

describe("the composite schedule (OCPP 1.6 §5.7)", () => {
  const schedule = (seconds: number, connector: number, limit: number): TwinEvent => ({
    type: "CompositeScheduleReported",
    connector,
    text: "{}",
    limit,
    rateUnit: "A",
    scheduleConnector: connector,
    ...stamp(seconds),
  });

  it("stands at its connector or at the charge point; the last one counts, also when our clock was set back", () => {
    const twin = after(schedule(6, 1, 8), schedule(6, 0, 8), schedule(5, 1, 16), schedule(5, 0, 63));
    expect(twin.connectors.get(1)?.compositeSchedule).toEqual({
      text: "{}",
      limit: 16,
      rateUnit: "A",
      scheduleConnector: 1,
      ...stamp(5),
    });
    expect(twin.compositeSchedule?.limit).toBe(63);
    expect(after(schedule(5, 1, 16), schedule(6, 1, 8)).connectors.get(1)?.compositeSchedule?.limit).toBe(8);
  });
});

describe("files (OCPP 1.6 §5.9, §5.19)", () => {
  const transfer = (seconds: number, location: string, topic: TransferTopic = "diagnostics"): TwinEvent => ({
    type: "TransferCommanded",
    topic,
    location,
    ...stamp(seconds),
  });

  it("are kept by topic; the last one counts, also when our clock was set back", () => {
    const twin = after(transfer(6, "ftp://old/"), transfer(5, "ftp://a/"), transfer(1, "http://b/f.bin", "firmware"), {
      ...transfer(2, "ftp://c/", "log"),
      fileName: "l.zip",
      requestId: 7,
    } as TwinEvent);
    expect(twin.transfers).toEqual({
      diagnostics: { location: "ftp://a/", ...stamp(5) },
      firmware: { location: "http://b/f.bin", ...stamp(1) },
      log: { location: "ftp://c/", fileName: "l.zip", requestId: 7, ...stamp(2) },
    });
  });

  it.each([
    ["ftp://user:secret@host/dir/", "ftp://host/dir/"],
    ["ftp://user:secret@host:21/dir/", "ftp://host:21/dir/"],
    ["ftps://user@[::1]:21/dir/", "ftps://[::1]:21/dir/"],
    ["https://user:se@cret@host/a@b?c=d@e#f", "https://host/a@b?c=d@e#f"],
    ["http://host/a@b", "http://host/a@b"],
    ["http://host", "http://host"],
    ["//user:secret@host/dir", "//host/dir"],
    ["ftp://user:se/secret@host/dir", "ftp://host/dir"],
    ["ftp://user:se?secret@host/dir", "ftp://host/dir"],
    ["user:secret@host/dir", "host/dir"],
    ["", ""],
    ["no url at all", "no url at all"],
  ])("have a location without credentials: %s is %s", (location, expected) => {
    expect(after(transfer(1, location)).transfers?.diagnostics?.location).toBe(expected);
  });
});

describe("a note", () => {
  it.each(["installedCertificates", "signedCertificate", "firmware", "diagnostics", "dataTransfer"] as const)(
    "of %s is the last one, also when our clock was set back meanwhile",
    (topic) => {
      const noted = (seconds: number, text: string): TwinEvent => ({ type: "Noted", topic, text, ...stamp(seconds) });
      expect(after(noted(5, "before"), noted(4, "last"))[topic]).toEqual({ text: "last", ...stamp(4) });
    },
  );

  it("of a security event, which bears a time of its own, is not hidden by one that was queued", () => {
    const event = (seconds: number, text: string): TwinEvent => ({
      type: "Noted",
      topic: "securityEvent",
      text,
      at: stamp(seconds).at,
      received: stamp(60).received,
    });
    expect(after(event(5, "newest"), event(4, "queued")).securityEvent?.text).toBe("newest");
  });
});

describe("the command variables", () => {
  const concluded = (seconds: number, result: string, keepsTriggered?: boolean): TwinEvent => ({
    type: "CommandConcluded",
    response: `{"n":${seconds}}`,
    result,
    ...(keepsTriggered !== undefined && { keepsTriggered }),
    ...stamp(seconds),
  });
  const prepared: TwinEvent[] = [
    { type: "CommandPrepared", action: "Reset", by: "ANNA", ...stamp(1) },
    { type: "CommandPrepared", payload: `{"type":"Soft"}`, by: "BEN", ...stamp(2) },
    { type: "CommandTriggered", ...stamp(3) },
  ];

  it("are there from the start, empty", () => {
    expect(after().command).toEqual({
      action: "",
      payload: "",
      triggered: false,
      response: "",
      result: "",
      sequence: 0,
      ...stamp(0),
    });
  });

  it("are prepared by and by, triggered and concluded", () => {
    expect(after(...prepared).command).toEqual({
      action: "Reset",
      payload: `{"type":"Soft"}`,
      writtenBy: { action: "ANNA", payload: "BEN" },
      triggered: true,
      response: "",
      result: "",
      sequence: 0,
      ...stamp(3),
    });
    expect(after(...prepared, concluded(4, "Good")).command).toEqual({
      action: "Reset",
      payload: `{"type":"Soft"}`,
      writtenBy: { action: "ANNA", payload: "BEN" },
      triggered: false,
      response: `{"n":4}`,
      result: "Good",
      sequence: 1,
      ...stamp(4),
    });
  });

  it("show of a payload what was said to be shown, until another is written", () => {
    const written: TwinEvent = {
      type: "CommandPrepared",
      payload: "secret",
      shownPayload: "***",
      by: "ANNA",
      ...stamp(1),
    };
    const action: TwinEvent = { type: "CommandPrepared", action: "Reset", by: "ANNA", ...stamp(2) };
    const open: TwinEvent = { type: "CommandPrepared", payload: "{}", by: "ANNA", ...stamp(3) };
    expect(after(written, action).command).toMatchObject({ payload: "secret", shownPayload: "***" });
    expect(after(written, action, open).command).not.toHaveProperty("shownPayload");
  });

  it("count a trigger that is refused while another is on its way, and go on waiting for that one", () => {
    const refused = after(...prepared, concluded(4, "BadInvalidState", true));
    expect(refused.command).toMatchObject({ triggered: true, sequence: 1, result: "BadInvalidState" });
    expect(reduce(refused, concluded(5, "Good")).command).toMatchObject({ triggered: false, sequence: 2 });
    expect(after(concluded(1, "BadInvalidArgument", true)).command.triggered).toBe(false);
  });

  it("begin to count anew after the last UInt32", () => {
    const twin = after();
    const last = { ...twin, command: { ...twin.command, sequence: 2 ** 32 - 1 } };
    expect(reduce(last, concluded(1, "Good")).command.sequence).toBe(0);
  });
});
