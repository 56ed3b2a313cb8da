// Which profile a twin has: by what it has said last, by its terms, and anew when a file says something else.
import { expect, it } from "vitest";
import { VendorProfiles } from "../../src/app/vendorProfiles.ts";
import type { KnownProfile } from "../../src/settings/vendors.ts";
import { reduce } from "../../src/twin/reduce/reduce.ts";
import { createTwin, type Twin } from "../../src/twin/twin.ts";

const NOW = 1_800_000_000_000;
const fresh = createTwin("CP1", { status: "Accepted", heartbeatIntervalSeconds: 60 }, NOW);
const booted = reduce(fresh, { type: "Booted", vendor: "Acme", model: "Box", at: NOW, received: NOW });
const acme: KnownProfile = {
  name: "acme",
  matchers: [{ vendor: "acme" }],
  isOwn: true,
  repairs: {},
  flags: { stackLevelZero: true },
  mappings: [{ name: "SoC", type: "Double", vendorId: "v", path: "" }],
};
const profilesOf = (profile: KnownProfile, vendorProfile?: string): VendorProfiles =>
  new VendorProfiles({ profiles: [profile], datapoints: [] }, () =>
    vendorProfile === undefined ? undefined : { vendorProfile },
  );
const chosenIn = ({ vendorProfile: { name, flags } }: Twin): object => ({ name, flags });

it("is chosen by what a charge point has said of itself, also of a stranger", () => {
  for (const profiles of [profilesOf(acme), profilesOf(acme, "auto")]) {
    expect(profiles.chosen(fresh, NOW)).toEqual([]);
    const twin = profiles.withProfile(booted, NOW);
    expect(chosenIn(twin)).toEqual({ name: "acme", flags: { stackLevelZero: true } });
    expect(profiles.mappingsOf(twin)).toBe(acme.mappings);
    expect(profiles.chosen(twin, NOW)).toEqual([]);
  }
});

it("is the one that is named, whatever it says of itself", () => {
  const other = { ...acme, matchers: [] };
  expect(chosenIn(profilesOf(other, "acme").withProfile(fresh, NOW))).toMatchObject({ name: "acme" });
  expect(chosenIn(profilesOf(other, "auto").withProfile(booted, NOW))).toMatchObject({ name: "" });
});

it("is chosen anew when its file says something else, and gone with its file", () => {
  const twin = profilesOf(acme).withProfile(booted, NOW);
  const changed = profilesOf({ ...acme, flags: { noPing: true } }).withProfile(twin, NOW + 1);
  expect(chosenIn(changed)).toEqual({ name: "acme", flags: { noPing: true } });
  const gone = new VendorProfiles({ profiles: [], datapoints: [] }, () => undefined).withProfile(changed, NOW + 2);
  expect(chosenIn(gone)).toEqual({ name: "", flags: {} });
  expect(gone.vendorProfile.at).toBe(NOW + 2);
});
