import { expect, it } from "vitest";
import { watch, watched } from "../../../src/hmi/browser/chargePoint.ts";

it("who leaves a charge point's page ends nothing that another page of the same one has begun", () => {
  const leave = watch("CP1");
  const leaveInbox = watch("CP1");
  leave();
  expect(watched.value).toBe("CP1");
  leaveInbox();
  expect(watched.value).toBeUndefined();
});

it("who leaves ends nothing of another charge point", () => {
  const leave = watch("CP1");
  watch("CP2");
  leave();
  expect(watched.value).toBe("CP2");
});
