// The options that all commands share which find the settings and the data directory.
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { Option } from "commander";
import { loadSettings } from "../settings/load.ts";

const DEFAULT_CONFIG = fileURLToPath(new URL("../../config/bridge.yaml", import.meta.url));

/** Environment variables that stand for options. */
export const variables = { config: "OCPP_OPCUA_CONFIG", data: "OCPP_OPCUA_DATA" } as const;

export function configOption(): Option {
  return new Option("--config <file>", "settings file")
    .env(variables.config)
    .default(DEFAULT_CONFIG, "config/bridge.yaml");
}

export function dataOption(): Option {
  return new Option("--data <directory>", "where data is kept; overrides store.directory").env(variables.data);
}

export interface SettingsPlace {
  readonly config: string;
  readonly data?: string;
}

/** The data directory as `run` finds it; `fault` is what is wrong with the settings. */
export function findDataDirectory({
  config,
  data,
}: SettingsPlace): { readonly directory: string } | { readonly fault: string } {
  if (data !== undefined) return { directory: resolve(data) };
  const loaded = loadSettings(config);
  return "settings" in loaded ? { directory: loaded.settings.store.directory } : { fault: loaded.text };
}
