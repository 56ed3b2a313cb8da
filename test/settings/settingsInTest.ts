// Settings files for tests: written to a folder of their own, loaded, removed.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadSettings, type LoadedSettings } from "../../src/settings/load.ts";
import type { Settings } from "../../src/settings/settings.ts";

export const FILE_NAME = "bridge.yaml";

/** Calls `use` with a file that holds `content`. */
export function withFile<T>(content: string | Uint8Array, use: (file: string) => T): T {
  const directory = mkdtempSync(join(tmpdir(), "ocpp-opcua-settings-"));
  try {
    const file = join(directory, FILE_NAME);
    writeFileSync(file, content);
    return use(file);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

export function load(content: string | Uint8Array): LoadedSettings {
  return withFile(content, (file) => loadSettings(file));
}

/** The settings; throws the diagnostics where there are none. */
export function accept(content: string): Settings {
  const loaded = load(content);
  if (!("settings" in loaded)) throw new Error(loaded.text);
  return loaded.settings;
}

/** What is printed about a file, without the folder's name; "" when there is nothing to say. */
export function say(content: string | Uint8Array): string {
  return load(content).text.replaceAll(/^\S*bridge\.yaml:/gmu, "bridge.yaml:");
}

/** The first lines of what is said: `LINE:COL severity path | sentence`. */
export function heads(content: string | Uint8Array): string[] {
  return load(content).diagnostics.map(({ line, col, severity, path, message, hint }) => {
    const sentence = hint === undefined ? message : `${message}; ${hint}`;
    return `${line}:${col} ${severity} ${path} | ${sentence}`;
  });
}
