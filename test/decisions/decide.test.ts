// Base behaviour without any rule: charging goes on, nobody knows the vendor of a DataTransfer.
import { expect, test } from "vitest";
import { baseBehaviour, circumstances } from "./decideInTest.ts";

test.each([
  ["Authorize", "Accepted"],
  ["StartTransaction", "Accepted"],
  ["StopTransaction", "Accepted"],
  ["DataTransfer", "UnknownVendorId"],
  ["BootNotification", "Pending"],
] as const)("%s is decided at once: %s", (action, status) => {
  const verdict = baseBehaviour({ action, chargePointId: "CP001", payload: {} }, circumstances);
  expect(verdict).toEqual({ status, source: "default" });
});
