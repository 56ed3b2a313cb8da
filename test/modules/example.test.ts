// config/modules/example.ts, run as users run it: copied beside their rules.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import type { Question } from "../../src/twin/questions.ts";
import { modulesInTest } from "./modulesInTest.ts";

const example = readFileSync(fileURLToPath(new URL("../../config/modules/example.ts", import.meta.url)), "utf8");
const validUntil = "2099-12-31T23:00:00Z";
const timestamp = "2026-11-25T12:00:00Z";

const authorize = (idTag: string): Partial<Question> => ({ action: "Authorize", idTag, payload: { idTag } });
const start = (idTag: string): Partial<Question> => ({
  action: "StartTransaction",
  connectorId: 1,
  idTag,
  payload: { connectorId: 1, idTag, meterStart: 0, timestamp },
});
const transfer = (payload: object): Partial<Question> => ({ action: "DataTransfer", payload });
const answered = (answer: object): object => ({ kind: "answered", answer });

test("the example authorizes by its list and answers everything that a charge point asks", async () => {
  const { write, ask, lines } = modulesInTest();
  const file = write("example.ts", example);
  const expectations: readonly (readonly [Partial<Question>, object])[] = [
    [authorize("04A1B2C3"), answered({ status: "Accepted", parentIdTag: "STAFF" })],
    [authorize("04ffee01"), answered({ status: "Accepted", parentIdTag: "STAFF", expiryDate: validUntil })],
    [authorize("DEADBEEF"), answered({ status: "Expired", expiryDate: "2020-01-01T00:00:00Z" })],
    [authorize("STRANGER"), answered({ status: "Invalid" })],
    [start("04A1B2C3"), answered({ status: "Accepted", parentIdTag: "STAFF" })],
    [start("STRANGER"), answered({ status: "Invalid" })],
    [
      { action: "StopTransaction", payload: { transactionId: 1, meterStop: 5, timestamp } },
      answered({ status: "Accepted" }),
    ],
    [transfer({ vendorId: "org.other" }), answered({ status: "UnknownVendorId" })],
    [transfer({ vendorId: "org.example", messageId: "toString" }), answered({ status: "UnknownMessageId" })],
    [transfer({ vendorId: "org.example", messageId: "Echo", data: "ö" }), answered({ status: "Accepted", data: "ö" })],
    [{ action: "BootNotification", payload: { chargePointVendor: "V", chargePointModel: "M" } }, { kind: "unknown" }],
  ];
  for (const [question, expected] of expectations) expect(await ask(file, question)).toEqual(expected);
  expect(lines).toContainEqual({
    level: "info",
    fields: { fields: '{"chargePoint":"CP001","connectorId":1,"meterStart":0}' },
    message: "a transaction starts",
  });
});

test("the example accepts everybody as long as its list is empty", async () => {
  const { write, ask } = modulesInTest();
  const empty = example.replace(/new Map\(\[.*?\]\);/su, "new Map();");
  expect(empty).not.toBe(example);
  expect(await ask(write("example.ts", empty), authorize("STRANGER"))).toEqual(answered({ status: "Accepted" }));
});
