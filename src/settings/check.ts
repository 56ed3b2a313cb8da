// `ocpp-opcua check`: says whether a settings file is usable, without starting anything.
import { loadSettings } from "./load.ts";

export interface CheckedSettings {
  /** What to print, without a line break at the end. */
  readonly text: string;
  /** 0 usable, 78 not (EX_CONFIG of sysexits.h). */
  readonly exitCode: 0 | 78;
}

/** Every error and warning of the file, or that it is usable. */
export function checkSettings(file: string): CheckedSettings {
  const loaded = loadSettings(file);
  if (!("settings" in loaded)) return { text: loaded.text, exitCode: 78 };
  const verdict = `${file}: the settings are usable`;
  return { text: loaded.text === "" ? verdict : `${loaded.text}\n${verdict}`, exitCode: 0 };
}
