// `ocpp-opcua backup` and `restore`: says how far it is and what it has done.
import { backUp } from "../store/backup.ts";
import { restore } from "../store/restore.ts";
import { exitCodes } from "./exitCodes.ts";
import type { SettingsPlace } from "./settingsOptions.ts";
import { inDataDirectory, openProgress, type Surroundings } from "./storeReading.ts";

export interface BackupCommandOptions extends SettingsPlace {
  readonly output: string;
}

/** Resolves with the exit code. */
export function backup(options: BackupCommandOptions, surroundings: Surroundings): Promise<number> {
  return inDataDirectory(options, surroundings, async (directory) => {
    const progress = openProgress(surroundings);
    const show = (file: string, done: number, total: number): void =>
      progress.show(`${file}: ${total === 0 ? 0 : Math.floor((100 * done) / total)} %`);
    try {
      for (const path of await backUp({ directory, output: options.output, progress: show }))
        surroundings.out.write(`${path}\n`);
    } finally {
      progress.end();
    }
    return exitCodes.ok;
  });
}

/** Resolves with the exit code. */
export function restoreBackup(
  options: SettingsPlace & { readonly backup: string },
  surroundings: Surroundings,
): Promise<number> {
  return inDataDirectory(options, surroundings, (directory) => {
    const { files, aside } = restore({ directory, backup: options.backup, now: surroundings.clock.now() });
    for (const file of files) surroundings.out.write(`restored: ${file}\n`);
    for (const file of aside) surroundings.out.write(`what was there before: ${file}\n`);
    return exitCodes.ok;
  });
}
