// Vendor files -> the profiles that can be used, or what is wrong with them and where. It starts nothing and keeps nothing.
import type { VendorDatapoint, VendorFlags, VendorMapping, VendorRepairs } from "../twin/vendorProfile.ts";
import { readYamlFile, renderDiagnostics, type Diagnostic } from "./diagnostics.ts";
import { quote, type Finding } from "./finding.ts";
import type { Settings } from "./settings.ts";
import { findVendorFaults, ZONE_OF_SITE, type MappingSection, type Matcher, type VendorFile } from "./vendorFile.ts";
import { AUTO, vendorFilesOf, type VendorFileName } from "./vendorFiles.ts";

/** What one vendor file says, without where it is told. */
export interface KnownProfile {
  readonly name: string;
  readonly matchers: readonly Matcher[];
  /** It does not come with the bridge. */
  readonly isOwn: boolean;
  readonly repairs: VendorRepairs;
  readonly flags: VendorFlags;
  readonly mappings: readonly VendorMapping[];
}

export interface Vendors {
  readonly profiles: readonly KnownProfile[];
  /** All that some mapping fills, each once; their order is that of their columns. */
  readonly datapoints: readonly VendorDatapoint[];
}

/** Without `vendors` when a diagnostic is an error; `text` are the diagnostics for people, "" when there are none. */
export interface LoadedVendors {
  readonly vendors?: Vendors;
  readonly diagnostics: readonly Diagnostic[];
  readonly text: string;
}

/** Datapoints below Vendor that all files together may fill. */
export const MOST_VENDOR_DATAPOINTS = 500;

/** Never throws for anything that stands in the files or in their place. */
export function loadVendors({ vendors, site }: Pick<Settings, "vendors" | "site">): LoadedVendors {
  const reading: Reading = { profiles: new Map(), files: new Map(), datapoints: new Map() };
  const diagnostics = vendorFilesOf(vendors).flatMap((named) => {
    const read = readYamlFile(named.file, (value) => findFaults(value, named, reading));
    if (read.value !== undefined) take(read.value as VendorFile, named, { ...reading, zone: site.timeZone });
    return read.diagnostics;
  });
  const text = renderDiagnostics(diagnostics);
  if (diagnostics.some(({ severity }) => severity === "error")) return { diagnostics, text };
  const { profiles, datapoints } = reading;
  return { vendors: { profiles: [...profiles.values()], datapoints: [...datapoints.values()] }, diagnostics, text };
}

/** What has been read so far, by names. */
interface Reading {
  readonly profiles: Map<string, KnownProfile>;
  /** Of the settings' own profiles. */
  readonly files: Map<string, string>;
  readonly datapoints: Map<string, VendorDatapoint>;
}

const PROFILE_NAME = /^[0-9A-Za-z._-]{1,64}$/u;

function findFaults(value: unknown, named: VendorFileName, reading: Reading): Finding[] {
  const faults = [...findMisnamed(named, reading), ...findVendorFaults(value)];
  return faults.length > 0 ? faults : findConflicts(value as VendorFile, reading);
}

function findMisnamed({ name, isOwn }: VendorFileName, { files }: Reading): Finding[] {
  const other = isOwn ? files.get(name) : undefined;
  const fault =
    name === AUTO || !PROFILE_NAME.test(name)
      ? `A profile cannot be called ${quote(name)}, as this file is`
      : other === undefined
        ? undefined
        : `There is another profile ${quote(name)}, in ${other}`;
  return fault === undefined ? [] : [{ path: [], severity: "error", message: fault, hint: "rename the file" }];
}

/** A datapoint is one, whoever fills it. */
function findConflicts({ dataTransfer }: VendorFile, { datapoints }: Reading): Finding[] {
  const known = new Map(datapoints);
  return dataTransfer.flatMap((mapping, index): Finding[] => {
    const other = known.get(mapping.datapoint) ?? datapointOf(mapping);
    known.set(mapping.datapoint, other);
    const path = ["dataTransfer", String(index), "datapoint"];
    if (known.size > MOST_VENDOR_DATAPOINTS)
      return [{ path, severity: "error", message: `There are more than ${MOST_VENDOR_DATAPOINTS} datapoints` }];
    const isKept = other.history === true;
    if (other.type === mapping.type && other.unit === mapping.unit && isKept === mapping.history) return [];
    const unit = other.unit === undefined ? "" : ` in ${other.unit}`;
    const message = `${quote(mapping.datapoint)} is a ${other.type}${unit} ${isKept ? "with" : "without"} history elsewhere`;
    return [{ path, severity: "error", message, hint: "give it the same type, unit and history, or another name" }];
  });
}

interface Taking extends Reading {
  readonly zone: string;
}

/** A profile of the same name takes the place of the bridge's own. */
function take(file: VendorFile, { name, file: path, isOwn }: VendorFileName, taking: Taking): void {
  if (isOwn) taking.files.set(name, path);
  for (const mapping of file.dataTransfer) taking.datapoints.set(mapping.datapoint, datapointOf(mapping));
  taking.profiles.set(name, {
    name,
    matchers: file.match,
    isOwn,
    repairs: repairsOf(file, taking.zone),
    flags: Object.fromEntries(Object.entries(file.flags).map(([flag, { value }]) => [flag, value])),
    mappings: file.dataTransfer.map(mappingOf),
  });
}

function repairsOf({ repairs: { localTime, phaseRotation } }: VendorFile, zoneOfSite: string): VendorRepairs {
  const { zone = ZONE_OF_SITE, labelledUtc = false } = localTime?.value ?? {};
  return {
    ...(localTime !== undefined && { localTime: { zone: zone === ZONE_OF_SITE ? zoneOfSite : zone, labelledUtc } }),
    ...(phaseRotation !== undefined && { phaseRotation: phaseRotation.value }),
  };
}

function datapointOf({ datapoint: name, type, unit, history }: MappingSection): VendorDatapoint {
  return { name, type, ...(unit !== undefined && { unit }), ...(history && { history }) };
}

function mappingOf(section: MappingSection): VendorMapping {
  const { vendorId, messageId, path, connector } = section;
  return {
    ...datapointOf(section),
    vendorId,
    path,
    ...(messageId !== undefined && { messageId }),
    ...(connector !== undefined && { connector }),
  };
}
