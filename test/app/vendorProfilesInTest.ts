// Vendor profiles for tests of the roads.
import { VendorProfiles } from "../../src/app/vendorProfiles.ts";
import type { VendorFlags } from "../../src/twin/vendorProfile.ts";
import type { VendorProfileChosen } from "../../src/twin/events.ts";

/** No charge point has one. */
export const noVendorProfiles = new VendorProfiles({ profiles: [], datapoints: [] }, () => undefined);

/** A twin that has these flags. */
export function flagged(flags: VendorFlags, at = 0): VendorProfileChosen {
  return { type: "VendorProfileChosen", name: "acme", repairs: {}, flags, at, received: at };
}
