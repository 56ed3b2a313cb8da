// Where the configuration of a charge point has other values than it is to have. Pure.
import type { ConfigurationKey, DesiredKey } from "./twin.ts";

export interface ConfigurationDifference {
  /** As the settings spell it. */
  readonly key: string;
  readonly desired: string;
  /** Null when the charge point has no such key, or no value for it. */
  readonly found: string | null;
  /** The charge point does not let it be changed. */
  readonly readonly?: true;
}

/** Keys in the order of the settings; `configuration` has them in lower case. */
export function differencesOf(
  configuration: ReadonlyMap<string, ConfigurationKey>,
  desired: readonly DesiredKey[],
): ConfigurationDifference[] {
  return desired.flatMap(({ key, value }) => {
    const entry = configuration.get(key.toLowerCase());
    if (entry?.value !== undefined && comparable(entry.value) === comparable(value)) return [];
    const difference = { key, desired: value, found: entry?.value ?? null };
    return [entry?.readonly === true ? { ...difference, readonly: true } : difference];
  });
}

/** Charge points write Booleans in any case, lists with blanks or without (OCPP 1.6 §7.29, §9). */
function comparable(value: string): string {
  const elements = value.split(",").map((element) => element.trim());
  const text = elements.join(",");
  const lower = text.toLowerCase();
  return lower === "true" || lower === "false" ? lower : text;
}
