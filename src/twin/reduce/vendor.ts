// What a vendor file makes of a charge point: the profile in use, and values from the vendor's own messages.
import type { VendorProfileChosen, VendorReported } from "../events.ts";
import type { Twin, VendorValues } from "../twin.ts";
import { changeConnector } from "./connector.ts";

export function chooseVendorProfile(twin: Twin, { type: _, ...vendorProfile }: VendorProfileChosen): Twin {
  return { ...twin, vendorProfile };
}

export function reportVendorValues(twin: Twin, event: VendorReported): Twin {
  if (event.connector === 0) return { ...twin, vendorValues: withValues(twin.vendorValues, event) };
  return changeConnector(twin, event.connector, (connector) => ({
    ...connector,
    vendorValues: withValues(connector.vendorValues, event),
  }));
}

function withValues(known: VendorValues | undefined, { values, at, received }: VendorReported): VendorValues {
  const after = new Map(known);
  for (const [name, value] of Object.entries(values)) after.set(name, { value, at, received });
  return after;
}
