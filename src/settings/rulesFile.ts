// The form of a rules file: schemas/rules.json as a check and as types. What its expressions mean, decisions/rules knows.
import { readFileSync } from "node:fs";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import type { Finding } from "./finding.ts";
import type * as generated from "./rulesFile.generated.ts";
import { explainSchemaErrors } from "./schemaFindings.ts";
import type { DeepReadonly } from "./settings.ts";

/** A rules file whose form has been checked, with its defaults. */
export type RulesFile = DeepReadonly<generated.RulesFile>;
/** One of its rules. */
export type RuleSection = DeepReadonly<generated.RuleSection>;
/** An answer of a rule as it stands there: texts that begin with = are expressions. */
export type VerdictSection = DeepReadonly<generated.ThenSection>;
/** Entries of a list, or where they are. */
export type ListSection = RulesFile["lists"][string];

const schemaFile = new URL("../../schemas/rules.json", import.meta.url);
let validator: ValidateFunction<generated.RulesFile> | undefined;

/** What is wrong with the form of a rules file; fills defaults in. Nothing found: the value is a `RulesFile`. */
export function findFormFaults(value: unknown): Finding[] {
  validator ??= new Ajv2020({ allErrors: true, strict: true, verbose: true, useDefaults: true, allowUnionTypes: true })
    .addVocabulary(["unit"])
    .compile<generated.RulesFile>(JSON.parse(readFileSync(schemaFile, "utf8")) as object);
  return validator(value) ? [] : explainSchemaErrors(validator.errors ?? []);
}
