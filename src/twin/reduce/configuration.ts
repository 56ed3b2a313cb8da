// The charge point's configuration keys: what GetConfiguration tells and what ChangeConfiguration has changed.
import { differencesOf } from "../configurationDifferences.ts";
import type { ConfigurationChanged, ConfigurationDesired, ConfigurationReported } from "../events.ts";
import { isSecretKey } from "../secretKeys.ts";
import type { ConfigurationKey, Stamp, Twin } from "../twin.ts";

export function reportConfiguration(twin: Twin, { type: _, entries, ...stamp }: ConfigurationReported): Twin {
  const keys = new Map(twin.configuration);
  for (const { key, value, readonly } of entries) {
    // What waits for a boot goes on waiting, whichever value is told meanwhile.
    const rebootRequired = keys.get(key.toLowerCase())?.rebootRequired;
    put(
      keys,
      { key, readonly, ...(value !== undefined && { value }), ...(rebootRequired && { rebootRequired }) },
      stamp,
    );
  }
  return compared({ ...twin, configuration: keys }, stamp);
}

export function desireConfiguration(twin: Twin, { type: _, desired, ...stamp }: ConfigurationDesired): Twin {
  return compared({ ...twin, desiredConfiguration: desired }, stamp);
}

export function changeConfiguration(twin: Twin, { type: _, ...changed }: ConfigurationChanged): Twin {
  const { key, value, rebootRequired, ...stamp } = changed;
  const keys = new Map(twin.configuration);
  put(keys, { key, value, readonly: false, ...(rebootRequired && { rebootRequired }) }, stamp);
  return compared({ ...twin, configuration: keys }, stamp);
}

function compared(twin: Twin, stamp: Stamp): Twin {
  const { configuration, desiredConfiguration = [], configurationDifferences: before } = twin;
  if (configuration === undefined) return twin;
  const text = JSON.stringify(differencesOf(configuration, desiredConfiguration));
  return text === before?.text ? twin : { ...twin, configurationDifferences: { text, ...stamp } };
}

/** A key keeps its place and its first spelling; how many there may be has been judged by those who report them. */
function put(keys: Map<string, ConfigurationKey>, entry: Omit<ConfigurationKey, keyof Stamp>, stamp: Stamp): void {
  const name = entry.key.toLowerCase();
  const known = keys.get(name);
  const { value, ...rest } = entry;
  const kept = value === undefined || isSecretKey(name) ? {} : { value };
  keys.set(name, { ...rest, ...kept, key: known?.key ?? entry.key, ...stamp });
}

/** After a boot every value counts (OCPP 1.6 §5.3). */
export function withoutReboot({ configuration }: Twin): Pick<Twin, "configuration"> {
  if (configuration === undefined || !isRebootRequired(configuration)) return {};
  return {
    configuration: new Map([...configuration].map(([name, { rebootRequired: _, ...entry }]) => [name, entry] as const)),
  };
}

function isRebootRequired(configuration: ReadonlyMap<string, ConfigurationKey>): boolean {
  return [...configuration.values()].some(({ rebootRequired }) => rebootRequired === true);
}
