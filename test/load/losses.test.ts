// What counts as lost: a confirmed start, end or register that is not kept exactly once, as it was sent.
import { describe, expect, test } from "vitest";
import { lostRegisters, lostTransactions } from "./losses.ts";

const sent = { transactionId: 7, chargePointId: "CP1", connectorId: 2, idTag: "TAG", meterStartWh: 100 };
const record = {
  transactionId: "7",
  chargePointId: "CP1",
  connectorId: "2",
  idTag: "TAG",
  meterStartWh: "100",
  meterStopWh: "",
  presumed: "false",
};

describe("a transaction", () => {
  test.each([
    ["running", sent, { ...record }],
    ["running for the charge point, ended by the bridge", sent, { ...record, meterStopWh: "120", presumed: "true" }],
    ["ended", { ...sent, meterStopWh: 150 }, { ...record, meterStopWh: "150" }],
  ])("that is %s is kept", (_, confirmed, kept) => {
    expect(lostTransactions([confirmed], [{ ...record, transactionId: "6" }, kept])).toEqual([]);
  });

  test.each([
    ["not there", [], "is not kept"],
    ["there twice", [record, record], "is kept 2 times"],
    ["of another charge point", [{ ...record, chargePointId: "CP2" }], "chargePointId is CP2 instead of CP1"],
    ["of another tag", [{ ...record, idTag: "T" }], "idTag is T instead of TAG"],
    ["with another register", [{ ...record, meterStartWh: "99" }], "meterStartWh is 99 instead of 100"],
  ])("whose record is %s is lost", (_, records, sentence) => {
    expect(lostTransactions([sent], records)).toEqual([expect.stringContaining(sentence)]);
  });

  test.each([
    ["without the end", record, ["meterStopWh is  instead of 150"]],
    ["with an end that the bridge has concluded", { ...record, meterStopWh: "150", presumed: "true" }, ["presumed"]],
  ])("whose confirmed end is kept %s is lost", (_, kept, sentences) => {
    expect(lostTransactions([{ ...sent, meterStopWh: 150 }], [kept])).toEqual(
      sentences.map((sentence) => expect.stringContaining(sentence) as string),
    );
  });
});

describe("registers of a connector", () => {
  test("may be kept in any order, and beside others that were never confirmed", () => {
    expect(lostRegisters({ "CP1/Connector1": [1.5, 2.25] }, { "CP1/Connector1": [2.25, 3, 1.5] })).toEqual([]);
  });

  test.each([
    ["one is missing", [1.5], "1 of 2 values are not kept"],
    ["nothing is known of it", undefined, "2 of 2 values are not kept"],
    ["one is there twice", [1.5, 2.25, 2.25], "1 of 2 values are kept more than once"],
  ])("are lost where %s", (_, kept, sentence) => {
    const all = kept === undefined ? {} : { "CP1/Connector1": kept };
    expect(lostRegisters({ "CP1/Connector1": [1.5, 2.25] }, all)).toEqual([`CP1/Connector1: ${sentence}`]);
  });
});
