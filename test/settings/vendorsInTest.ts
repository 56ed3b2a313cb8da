// Vendor files for tests: written to a folder of their own, loaded, removed.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadVendors, type KnownProfile, type LoadedVendors, type Vendors } from "../../src/settings/vendors.ts";

/** Those of the library and these, by their names. */
export function loadFiles(files: Readonly<Record<string, string>>, patterns = ["*.yaml"]): LoadedVendors {
  const directory = mkdtempSync(join(tmpdir(), "ocpp-opcua-vendors-"));
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
    const vendors = patterns.map((pattern) => join(directory, pattern));
    return loadVendors({ vendors, site: { name: "Depot", timeZone: "Europe/Berlin" } });
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** The library. */
export function library(): Vendors {
  const { vendors, text } = loadFiles({});
  if (vendors === undefined) throw new Error(text);
  return vendors;
}

/** The profile of one file; throws what is wrong with it. */
export function profileOf(yaml: string): KnownProfile {
  const { vendors, text } = loadFiles({ "acme.yaml": `version: 1\nmaker: Acme\n${yaml}` });
  const profile = vendors?.profiles.find(({ name }) => name === "acme");
  if (profile === undefined) throw new Error(text);
  return profile;
}

/** The first lines of what is said: `FILE:LINE:COL severity path | sentence`. */
export function headsOf({ diagnostics }: LoadedVendors): string[] {
  return diagnostics.map(({ file, line, col, severity, path, message, hint }) => {
    const sentence = hint === undefined ? message : `${message}; ${hint}`;
    return `${file.replace(/^.*\//u, "")}:${line}:${col} ${severity} ${path} | ${sentence}`;
  });
}
