// The form of a vendor file: schemas/vendor.json as a check and as types, and what the schema cannot say of one file.
import { readFileSync } from "node:fs";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { isZone } from "../std/timeZones.ts";
import { quote, type Finding } from "./finding.ts";
import { explainSchemaErrors } from "./schemaFindings.ts";
import type { DeepReadonly } from "./settings.ts";
import type * as generated from "./vendorFile.generated.ts";

/** A vendor file that has been checked, with its defaults. */
export type VendorFile = DeepReadonly<generated.VendorFile>;
/** What a BootNotification says of the charge points that have the profile. */
export type Matcher = VendorFile["match"][number];
/** One value in the data of a vendor's own message. */
export type MappingSection = VendorFile["dataTransfer"][number];

/** Stands in a vendor file for the time zone of the settings. */
export const ZONE_OF_SITE = "site";

const schemaFile = new URL("../../schemas/vendor.json", import.meta.url);
let validator: ValidateFunction<generated.VendorFile> | undefined;

/** What is wrong with a vendor file; fills defaults in. Nothing found: the value is a `VendorFile`. */
export function findVendorFaults(value: unknown): Finding[] {
  validator ??= new Ajv2020({ allErrors: true, strict: true, verbose: true, useDefaults: true })
    .addVocabulary(["unit"])
    .compile<generated.VendorFile>(JSON.parse(readFileSync(schemaFile, "utf8")) as object);
  if (!validator(value)) return explainSchemaErrors(validator.errors ?? []);
  const file = value as VendorFile;
  return [...findUnknownZone(file), ...findVersionsWithoutNumbers(file), ...findMisplacedUnits(file)];
}

function findUnknownZone({ repairs: { localTime } }: VendorFile): Finding[] {
  const zone = localTime?.value.zone ?? ZONE_OF_SITE;
  if (zone === ZONE_OF_SITE || isZone(zone)) return [];
  const message = `There is no time zone ${quote(zone)}`;
  const hint = "write a name of the IANA database, such as Europe/Berlin, or site";
  return [{ path: ["repairs", "localTime", "value", "zone"], severity: "error", message, hint }];
}

/** Versions are compared by their numbers. */
function findVersionsWithoutNumbers({ match }: VendorFile): Finding[] {
  return match.flatMap(({ firmware = {} }, index) =>
    Object.entries(firmware).flatMap(([end, version]): Finding[] => {
      if (/\d/u.test(version)) return [];
      const path = ["match", String(index), "firmware", end];
      return [{ path, severity: "error", message: `The version ${quote(version)} has no number` }];
    }),
  );
}

function findMisplacedUnits({ dataTransfer }: VendorFile): Finding[] {
  return dataTransfer.flatMap(({ type, unit }, index): Finding[] => {
    if (unit === undefined || type === "Double" || type === "Int32") return [];
    const path = ["dataTransfer", String(index), "unit"];
    return [{ path, severity: "error", message: `A ${type} has no unit`, hint: "remove it" }];
  });
}
