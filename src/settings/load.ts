// A settings file -> checked, complete, frozen settings, or what is wrong with the file. It starts nothing.
import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { findAdvice } from "./advice.ts";
import { findUnusableCertificates, withAbsolutePaths } from "./certificateFiles.ts";
import { findContradictions, type Find } from "./consistency.ts";
import { readYamlFile, renderDiagnostics, type Diagnostic } from "./diagnostics.ts";
import type { Finding } from "./finding.ts";
import { explainSchemaErrors } from "./schemaFindings.ts";
import type * as generated from "./settings.generated.ts";
import type { Settings } from "./settings.ts";
import { findUnsupported } from "./unsupported.ts";
import { findUnknownProfiles, vendorFilesOf } from "./vendorFiles.ts";

export interface SettingsOverrides {
  /** Takes the place of store.directory; relative to the working directory. */
  readonly dataDirectory?: string;
  /** Looks at the certificate files, too; only whoever serves may read the keys. */
  readonly withCertificates?: boolean;
}

/** Without `settings` when a diagnostic is an error; `text` are the diagnostics for people, "" when there are none. */
export type LoadedSettings =
  | { readonly settings: Settings; readonly diagnostics: readonly Diagnostic[]; readonly text: string }
  | { readonly diagnostics: readonly Diagnostic[]; readonly text: string };

/** Never throws for anything that stands in the file or in its place. */
export function loadSettings(
  file: string,
  { dataDirectory, withCertificates = false }: SettingsOverrides = {},
): LoadedSettings {
  const directory = dirname(resolve(file));
  const findAll = (value: unknown, find: Find): Finding[] => {
    const problems = findProblems(value, find, directory);
    const isRefused = problems.some(({ severity }) => severity === "error");
    if (isRefused || !withCertificates) return problems;
    return [...problems, ...findUnusableCertificates(value as generated.Settings, directory)];
  };
  const { value, diagnostics } = readYamlFile(file, findAll);
  const text = renderDiagnostics(diagnostics);
  if (value === undefined) return { diagnostics, text };
  // Whatever findProblems lets pass fits the schema, of which the type is made.
  const settings = resolvePaths(value as generated.Settings, directory);
  if (dataDirectory !== undefined) settings.store.directory = resolve(dataDirectory);
  freeze(settings);
  return { settings, diagnostics, text };
}

const schemaFile = new URL("../../schemas/settings.json", import.meta.url);
let validator: ValidateFunction<generated.Settings> | undefined;

/** The check of the schema, which fills in the defaults; made when first asked for. */
function validate(): ValidateFunction<generated.Settings> {
  validator ??= new Ajv2020({ allErrors: true, strict: true, verbose: true, useDefaults: true, allowUnionTypes: true })
    .addVocabulary(["unit"])
    .compile<generated.Settings>(JSON.parse(readFileSync(schemaFile, "utf8")) as object);
  return validator;
}

function findProblems(value: unknown, find: Find, directory: string): Finding[] {
  const unsupported = findUnsupported(value);
  const refused = unsupported.filter(({ severity }) => severity === "error");
  const fits = validate();
  if (fits(value)) {
    const vendors = vendorFilesOf(value.vendors.map((path) => resolve(directory, path)));
    const contradictions = [...findContradictions(value, find), ...findUnknownProfiles(value, vendors)];
    // Beside errors, advice would be noise: what it is about may have to change anyway.
    const isRefused = refused.length > 0 || contradictions.length > 0;
    return [...unsupported, ...contradictions, ...(isRefused ? [] : findAdvice(value, find))];
  }
  // A key that this version refuses is not unknown.
  const told = new Set(refused.map(({ path }) => JSON.stringify(path)));
  return [
    ...unsupported,
    ...explainSchemaErrors(fits.errors ?? []).filter(({ path }) => !told.has(JSON.stringify(path))),
  ];
}

function resolvePaths(settings: generated.Settings, directory: string): generated.Settings {
  const absolute = (path: string): string => resolve(directory, path);
  settings.store.directory = absolute(settings.store.directory);
  settings.rules = settings.rules.map(absolute);
  settings.vendors = settings.vendors.map(absolute);
  if (settings.files !== undefined) {
    settings.files.directory = absolute(settings.files.directory);
    const { tls } = settings.files.http;
    if (tls !== undefined) {
      tls.certificate = absolute(tls.certificate);
      tls.key = absolute(tls.key);
    }
  }
  for (const name of ["certificate", "key"] as const) {
    const path = settings.opcua[name];
    if (path !== undefined) settings.opcua[name] = absolute(path);
  }
  const { certificateAuthority } = settings.ocpp;
  for (const name of ["certificate", "key", "requestDirectory"] as const) {
    const path = certificateAuthority?.[name];
    if (certificateAuthority !== undefined && path !== undefined) certificateAuthority[name] = absolute(path);
  }
  for (const listener of settings.ocpp.listeners)
    if (listener.tls !== undefined) listener.tls = withAbsolutePaths(listener.tls, directory);
  return settings;
}

function freeze(value: unknown): void {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return;
  Object.freeze(value);
  for (const part of Object.values(value)) freeze(part);
}
