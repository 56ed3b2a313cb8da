// The vendor profile in use as datapoints: which it is, and what it says to people.
import type { Twin } from "../twin/twin.ts";
import { suitableConfigurationOf, type VendorProfile } from "../twin/vendorProfile.ts";
import type { Row } from "./row.ts";
import { section } from "./section.ts";

export const vendorProfileSection = section(profileOf, {
  "State/VendorProfile": {
    read: (p) => p.name,
    type: "String",
    description: "Name of the vendor profile in use; empty where none fits",
  },
  "State/VendorConfiguration": {
    read: (p) => JSON.stringify(suitableConfigurationOf(p.flags)),
    type: "String",
    description:
      "Configuration keys with the values that suit the charge point by its vendor profile, as JSON; nobody writes them unasked",
  },
  "State/RemoteStartNeeded": {
    read: (p) => p.flags.remoteStartNeeded === true,
    type: "Boolean",
    description: "By its vendor profile it starts no transaction by itself: a vehicle waits for RemoteStartTransaction",
  },
} satisfies Record<string, Row<VendorProfile>>);

/** Of one that has never connected it would say nothing about a charge point. */
function profileOf({ link, vendorProfile }: Twin): VendorProfile | undefined {
  return link.state === "NeverConnected" ? undefined : vendorProfile;
}
