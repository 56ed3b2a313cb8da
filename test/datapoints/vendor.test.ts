// The columns of what vendor files fill: behind those of the table and of as many configuration keys as there may be, within a record.
import { expect, it } from "vitest";
import { projectVendorValues, firstVendorColumn, MOST_KEY_COLUMNS } from "../../src/datapoints/vendor.ts";
import { unitOf } from "../../src/datapoints/units.ts";
import { MAX_COLUMN } from "../../src/opcua/messages.ts";
import { MOST_VENDOR_DATAPOINTS } from "../../src/settings/vendors.ts";
import type { TwinEvent } from "../../src/twin/events.ts";
import type { VendorDatapoint } from "../../src/twin/vendorProfile.ts";
import { twinAfter } from "../ocpp/v16/exchanges.ts";
import { schemaOfSettings } from "../settings/schemaInTest.ts";

it("there is room for all of them", () => {
  const most = schemaOfSettings().properties?.limits?.properties?.maxConfigurationKeys?.maximum ?? NaN;
  // And one more: the password of the charge point is kept beyond the limit.
  expect(MOST_KEY_COLUMNS).toBe(most + 1);
  for (const connector of [0, 1])
    expect(firstVendorColumn(connector) + MOST_VENDOR_DATAPOINTS).toBeLessThanOrEqual(MAX_COLUMN + 1);
});

it("each unit of a vendor file is one", () => {
  for (const symbol of ["Wh", "varh", "W", "var", "A", "V", "Hz", "%", "°C", "rpm", "1", "s"])
    expect(unitOf(symbol).symbol).not.toBe("");
  expect(() => unitOf("furlong")).toThrow("furlong");
});

it("a value that was kept with another type is not shown, nor one that no file knows any more", () => {
  const list: VendorDatapoint[] = [
    { name: "A", type: "Double" },
    { name: "B", type: "String" },
  ];
  const values = { A: "text", B: "text", C: 1 };
  const reported: TwinEvent = { type: "VendorReported", connector: 1, values, at: 5, received: 6 };
  const told: unknown[] = [];
  projectVendorValues(list, undefined, twinAfter(reported), {
    sample: (connector, column, { value, at, received }) => void told.push([connector, column, value, at, received]),
  });
  expect(told).toEqual([[1, firstVendorColumn(1) + 1, "text", 5, 6]]);
});
