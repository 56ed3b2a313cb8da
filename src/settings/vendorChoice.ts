// Which vendor profile fits a charge point. Pure.
import { glob } from "../std/glob.ts";
import type { Identification } from "../twin/twin.ts";
import type { Matcher } from "./vendorFile.ts";
import { AUTO } from "./vendorFiles.ts";
import type { KnownProfile } from "./vendors.ts";

/** What a BootNotification says, as far as profiles go by it. */
export type Identified = Pick<Identification, "vendor" | "model" | "firmwareVersion">;

/**
 * The profile of a name; with `auto` the one that fits what the charge point has said of itself, undefined when none does. Of several the
 * settings' own come before those of the bridge, then the one whose matcher says more, then the first.
 */
export function chooseProfile(
  profiles: readonly KnownProfile[],
  wanted: string,
  identified: Identified | undefined,
): KnownProfile | undefined {
  if (wanted !== AUTO) return profiles.find(({ name }) => name === wanted);
  if (identified === undefined) return undefined;
  const fitting = profiles.flatMap((profile) => {
    const ranks = profile.matchers.filter((matcher) => fits(matcher, identified)).map(rankOf);
    return ranks.length === 0 ? [] : [{ profile, rank: Math.max(...ranks) + (profile.isOwn ? OWN_RANK : 0) }];
  });
  const [first] = fitting.toSorted((a, b) => b.rank - a.rank);
  return first?.profile;
}

const OWN_RANK = 10;

function rankOf({ model, firmware }: Matcher): number {
  return (model === undefined ? 0 : 2) + (firmware === undefined ? 0 : 1);
}

function fits({ vendor, model, firmware }: Matcher, identified: Identified): boolean {
  if (!looksLike(identified.vendor, vendor)) return false;
  if (model !== undefined && !looksLike(identified.model, model)) return false;
  if (firmware === undefined) return true;
  const version = numbersOf(identified.firmwareVersion ?? "");
  if (version.length === 0) return false;
  const { from, below } = firmware;
  return (
    (from === undefined || compare(version, numbersOf(from)) >= 0) &&
    (below === undefined || compare(version, numbersOf(below)) < 0)
  );
}

function looksLike(text: string | undefined, pattern: string): boolean {
  return text !== undefined && glob(plain(text), plain(pattern));
}

/** Firmware changes case and blanks of its own name from one version to the next. */
function plain(text: string): string {
  return text.replaceAll(/\s+/gu, "").toLowerCase();
}

function numbersOf(version: string): number[] {
  return (version.match(/\d+/gu) ?? []).map(Number);
}

/** What is missing at the end is 0: 1.8 is 1.8.0. */
function compare(a: readonly number[], b: readonly number[]): number {
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
