// Vendor profiles in use: the files are read once, at the start, and each charge point has the profile that fits what it has said last.
import type { ChargePointSettings, Settings } from "../settings/settings.ts";
import { chooseProfile } from "../settings/vendorChoice.ts";
import { AUTO } from "../settings/vendorFiles.ts";
import { loadVendors, type Vendors } from "../settings/vendors.ts";
import type { EpochMs } from "../std/clock.ts";
import type { TwinEvent } from "../twin/events.ts";
import { reduce } from "../twin/reduce/reduce.ts";
import type { Stamp, Twin } from "../twin/twin.ts";
import type { VendorMapping, VendorProfile } from "../twin/vendorProfile.ts";

/** A vendor file cannot be used. Its message is for people, with places and carets. */
export class VendorsFault extends Error {
  override readonly name = "VendorsFault";
}

/** Throws a VendorsFault when a vendor file has an error. */
export function openVendors({ vendors, site }: Settings): Vendors {
  const loaded = loadVendors({ vendors, site });
  if (loaded.vendors === undefined) throw new VendorsFault(loaded.text);
  return loaded.vendors;
}

/** The terms of a charge point; undefined for a stranger. */
type TermsOf = (chargePointId: string) => Pick<ChargePointSettings, "vendorProfile"> | undefined;

export class VendorProfiles {
  readonly #vendors: Vendors;
  readonly #termsOf: TermsOf;

  constructor(vendors: Vendors, termsOf: TermsOf) {
    this.#vendors = vendors;
    this.#termsOf = termsOf;
  }

  /** What happens to a twin that should have another profile than it has. */
  chosen({ id, identification, vendorProfile: known }: Twin, now: EpochMs): TwinEvent[] {
    const wanted = this.#termsOf(id)?.vendorProfile ?? AUTO;
    const profile = chooseProfile(this.#vendors.profiles, wanted, identification) ?? nothing;
    // What a file says may have changed since it was chosen.
    if (JSON.stringify(traitsOf(profile)) === JSON.stringify(traitsOf(known))) return [];
    return [{ type: "VendorProfileChosen", ...traitsOf(profile), at: now, received: now }];
  }

  /** The twin with the profile that it should have. */
  withProfile(twin: Twin, now: EpochMs): Twin {
    return this.chosen(twin, now).reduce(reduce, twin);
  }

  /** What is found in the vendor's own messages. */
  mappingsOf({ vendorProfile }: Twin): readonly VendorMapping[] {
    return this.#vendors.profiles.find(({ name }) => name === vendorProfile.name)?.mappings ?? [];
  }
}

type Traits = Omit<VendorProfile, keyof Stamp>;

const nothing: Traits = { name: "", repairs: {}, flags: {} };

function traitsOf({ name, repairs, flags }: Traits): Traits {
  return { name, repairs, flags };
}
