// Base behaviour without any rule: charging goes on, nobody knows the vendor of a DataTransfer.
import { expect, test } from "vitest";
import { decide } from "../../src/decisions/decide.ts";

test.each([
  ["Authorize", "Accepted"],
  ["StartTransaction", "Accepted"],
  ["StopTransaction", "Accepted"],
  ["DataTransfer", "UnknownVendorId"],
  ["BootNotification", "Pending"],
] as const)("%s is decided at once: %s", (action, status) => {
  expect(decide({ action, chargePointId: "CP001", payload: {} })).toEqual({ status, source: "default" });
});
