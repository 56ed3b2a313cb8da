// Which limit a profile sets at a moment (OCPP 1.6 §7.8, §7.13, §7.14).
import { expect, test } from "vitest";
import { periodAt } from "../../../src/ocpp/v16/schedules.ts";
import type { ChargingProfile } from "../../../src/schema/ocpp16.generated.ts";
import { profileOf } from "./exchanges.ts";

const NOON = Date.UTC(2026, 2, 1, 12);
const chargingSchedulePeriod = [
  { startPeriod: 0, limit: 16 },
  { startPeriod: 3600, limit: 10 },
  { startPeriod: 7200, limit: 6 },
];

function limitAt(time: string, changes: object, schedule: object = {}, chargingSince = NOON): number | undefined {
  const chargingSchedule = { chargingRateUnit: "A", chargingSchedulePeriod, ...schedule };
  const profile = profileOf({ ...changes, chargingSchedule }) as ChargingProfile;
  return periodAt(profile, Date.parse(`2026-03-${time}Z`), chargingSince)?.limit;
}

const absolute = { chargingProfileKind: "Absolute" };
const daily = { chargingProfileKind: "Recurring", recurrencyKind: "Daily" };
const weekly = { chargingProfileKind: "Recurring", recurrencyKind: "Weekly" };
const atNoon = { startSchedule: "2026-03-01T12:00:00Z" };

test.each<[string, string, object, object, number | undefined]>([
  ["relative to the start of charging", "01T12:00:00", {}, {}, 16],
  ["in its second period", "01T13:00:00", {}, {}, 10],
  ["in its last period, which goes on", "09T13:00:00", {}, {}, 6],
  ["before charging began", "01T11:59:59", {}, {}, undefined],
  ["relative, though it has a start", "01T13:00:00", {}, { startSchedule: "2026-03-01T13:00:00Z" }, 10],
  ["after its duration", "01T12:30:00", {}, { duration: 1800 }, undefined],
  ["at the end of its duration", "01T12:29:59", {}, { duration: 1800 }, 16],
  ["absolute", "01T13:00:00", absolute, { startSchedule: "2026-03-01T13:00:00Z" }, 16],
  ["absolute, before its start", "01T12:59:59", absolute, { startSchedule: "2026-03-01T13:00:00Z" }, undefined],
  ["absolute without a start (§7.13)", "01T13:00:00", absolute, {}, 10],
  ["daily", "02T13:30:00", daily, atNoon, 10],
  ["daily, before it first began", "01T11:00:00", daily, atNoon, undefined],
  ["daily, after its duration", "03T14:00:00", daily, { ...atNoon, duration: 3600 }, undefined],
  ["weekly", "08T12:00:00", weekly, atNoon, 16],
  ["weekly, the day after", "09T12:00:00", weekly, atNoon, 6],
  ["recurring without a start", "02T13:30:00", daily, {}, undefined],
  ["recurring without a recurrence", "02T13:30:00", { chargingProfileKind: "Recurring" }, atNoon, undefined],
  ["before it is valid", "01T12:00:00", { validFrom: "2026-03-01T12:00:01Z" }, {}, undefined],
  ["when it is no longer valid", "01T12:00:00", { validTo: "2026-03-01T12:00:00Z" }, {}, undefined],
  ["of an unknown kind", "01T12:00:00", { chargingProfileKind: "Sometimes" }, {}, undefined],
])("%s", (_, time, changes, schedule, limit) => {
  expect(limitAt(time, changes, schedule)).toBe(limit);
});
