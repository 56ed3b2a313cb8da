// What a vendor file makes of a charge point: the profile in use, and values from the vendor's own messages.
import type { VendorProfileChosen, VendorReported } from "../events.ts";
import type { Twin, VendorValues } from "../twin.ts";
import { changeConnector } from "./connector.ts";

/** What another profile has found in the vendor's own messages is not looked for any more. */
export function chooseVendorProfile(twin: Twin, { type: _, ...vendorProfile }: VendorProfileChosen): Twin {
  const chosen = { ...twin, vendorProfile };
  return vendorProfile.name === twin.vendorProfile.name ? chosen : withStaleVendorValues(chosen);
}

/** The twin with all that it knows from the vendor's own messages marked as only the last known, until it is reported again. */
export function withStaleVendorValues(twin: Twin): Twin {
  const connectors = [...twin.connectors.values()].map((connector) => [connector.id, expire(connector)] as const);
  return { ...expire(twin), connectors: new Map(connectors) };
}

function expire<Known extends Pick<Twin, "vendorValues">>(known: Known): Known {
  if (known.vendorValues === undefined) return known;
  const values = [...known.vendorValues].map(([name, value]) => [name, { ...value, stale: true }] as const);
  return { ...known, vendorValues: new Map(values) };
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
