// Which configuration keys a twin takes: they are bounded in number and length, and what is not kept is told. Pure.
import type { ConfigurationKey, Twin } from "../../twin/twin.ts";
import { cutText } from "../cutText.ts";

type Entry = Pick<ConfigurationKey, "key" | "value" | "readonly">;

interface Bounds {
  readonly twin: Twin;
  readonly maxConfigurationKeys: number;
  readonly maxKeptCharacters: number;
}

/** OPC 10000-3 §8.3: a BrowseName has no more; OCPP 1.6 §7.29 allows 50. */
const LONGEST_KEY = 512;

/** What is kept of `entries`, and what is to be told of the others. A key that is known is always kept; a value that is cut says so. */
export function keepEntries(
  entries: readonly Entry[],
  { twin, maxConfigurationKeys, maxKeptCharacters }: Bounds,
): { readonly kept: readonly Entry[]; readonly violations: readonly string[] } {
  const names = new Set(twin.configuration?.keys());
  const dropped = new Set<string>();
  const kept: Entry[] = [];
  let tooLong = 0;
  for (const { key, readonly, value } of entries) {
    const name = key.toLowerCase();
    if (key.length > LONGEST_KEY) tooLong++;
    else if (!names.has(name) && names.size >= maxConfigurationKeys) dropped.add(name);
    else {
      names.add(name);
      kept.push({ key, readonly, ...(value !== undefined && { value: cutText(value, maxKeptCharacters) }) });
    }
  }
  const violations: string[] = [];
  if (tooLong > 0) violations.push(`keys longer than ${LONGEST_KEY} characters, not kept: ${tooLong}`);
  if (dropped.size > 0)
    violations.push(`keys beyond limits.maxConfigurationKeys, ${maxConfigurationKeys}, not kept: ${dropped.size}`);
  return { kept, violations };
}
