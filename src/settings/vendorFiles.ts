// Which vendor files there are: those that come with the bridge, and those that the settings name. It opens none of them.
import { readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { glob } from "../std/glob.ts";
import { quote, type Finding } from "./finding.ts";
import { nearest } from "../std/nearest.ts";
import type { Settings } from "./settings.ts";

export interface VendorFileName {
  /** Of the profile. */
  readonly name: string;
  readonly file: string;
  /** It does not come with the bridge. */
  readonly isOwn: boolean;
}

/** The name that takes whichever profile fits. */
export const AUTO = "auto";

const ENDING = ".yaml";
const library = fileURLToPath(new URL("../../config/vendors/", import.meta.url));

/** Every file once, those of the bridge first. `patterns` are absolute; one without * stands for its file whether it is there or not. */
export function vendorFilesOf(patterns: readonly string[]): VendorFileName[] {
  const own = new Set(patterns.flatMap(filesOf));
  return [
    ...filesOf(join(library, `*${ENDING}`)).map((file) => ({ name: nameOf(file), file, isOwn: false })),
    ...[...own].map((file) => ({ name: nameOf(file), file, isOwn: true })),
  ];
}

/** Charge points of the settings whose profile is in no file. */
export function findUnknownProfiles({ chargePoints }: Settings, files: readonly VendorFileName[]): Finding[] {
  const names = [...new Set(files.map(({ name }) => name))].toSorted();
  return chargePoints.flatMap(({ vendorProfile }, index): Finding[] => {
    if (vendorProfile === AUTO || names.includes(vendorProfile)) return [];
    const near = nearest(vendorProfile, names);
    const message = `There is no vendor profile ${quote(vendorProfile)}, only ${[AUTO, ...names].join(", ")}`;
    const path = ["chargePoints", String(index), "vendorProfile"];
    return [{ path, severity: "error", message, ...(near !== undefined && { hint: `did you mean ${near}?` }) }];
  });
}

function nameOf(file: string): string {
  return basename(file).replace(/\.ya?ml$/iu, "");
}

function filesOf(pattern: string): string[] {
  const name = basename(pattern);
  if (!name.includes("*")) return [pattern];
  const directory = dirname(pattern);
  return entriesOf(directory)
    .filter((entry) => glob(entry, name))
    .map((entry) => join(directory, entry));
}

function entriesOf(directory: string): string[] {
  try {
    return readdirSync(directory).toSorted();
  } catch {
    // Whoever writes a pattern may have no such file yet.
    return [];
  }
}
