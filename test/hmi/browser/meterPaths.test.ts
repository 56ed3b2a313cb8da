// The current at a connector and its limit, as far as each can be relied on.
import { beforeEach, describe, expect, it } from "vitest";
import { takeDatapoints, watch } from "../../../src/hmi/browser/chargePoint.ts";
import { currentAt, limitAt } from "../../../src/hmi/browser/faceplates/meterPaths.ts";
import { loadOf } from "../../../src/hmi/browser/chargePoints/chargePointRows.ts";
import type { DatapointValue } from "../../../src/hmi/shapes.ts";

type Told = readonly [path: string, value: number, quality: DatapointValue["quality"]];

function tell(...told: readonly Told[]): void {
  const values = told.map(([path, value, quality]) => ({ connector: 1, path, value, quality }));
  takeDatapoints({ chargePointId: "CP", whole: true, values });
}

const CURRENT = "MeterValues/Current.Import";
const OFFERED = "MeterValues/Current.Offered";

beforeEach(() => watch("CP"));

describe("the current at a connector", () => {
  it("that was not renewed in time is no good one", () => {
    tell([CURRENT, 20, "UncertainLastUsableValue"]);
    expect(currentAt(1)).toEqual({ value: 20, quality: "UncertainLastUsableValue" });
  });

  it("is the largest of its phases, as good as the worst of them", () => {
    tell([`${CURRENT}/L1`, 9, "UncertainLastUsableValue"], [`${CURRENT}/L2`, 12, "Good"], [CURRENT, 21, "Good"]);
    expect(currentAt(1)).toEqual({ value: 12, quality: "UncertainLastUsableValue" });
  });

  it("is not known where nothing was told", () => {
    tell();
    expect(currentAt(1)).toBeUndefined();
  });
});

describe("the limit that counts", () => {
  it.each([
    { commanded: 16, offered: 10, limit: 10 },
    { commanded: 10, offered: 16, limit: 10 },
    { commanded: undefined, offered: 16, limit: 16 },
    { commanded: 16, offered: undefined, limit: 16 },
  ])("of $commanded A commanded and $offered A offered is $limit A, in the table as on the faceplate", (each) => {
    const { commanded, offered, limit } = each;
    tell(
      ...(commanded === undefined ? [] : [["LimitCommanded", commanded, "Good"] as const]),
      ...(offered === undefined ? [] : [[OFFERED, offered, "Good"] as const]),
    );
    expect(limitAt(1)?.value).toBe(limit);
    const connector = {
      id: 1,
      current: 1,
      ...(commanded !== undefined && { limit: commanded }),
      ...(offered !== undefined && { offered }),
    };
    const row = { id: "CP", connection: "Connected", since: 0, registration: "Accepted" } as const;
    expect(loadOf({ ...row, connectors: [connector] }).limit).toBe(limit);
  });

  it("is as good as the one of them that counts", () => {
    tell(["LimitCommanded", 16, "Good"], [OFFERED, 10, "UncertainLastUsableValue"]);
    expect(limitAt(1)).toEqual({ value: 10, quality: "UncertainLastUsableValue" });
  });
});
