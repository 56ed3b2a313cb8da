// The folder of everything that is kept: made and tried before anything is started, so that a wrong one is named at once.
import { accessSync, constants, existsSync, mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";

/** Makes `directory` with its parents and sees that it can be written to; the sentence says what is wrong, undefined when nothing is. */
export function prepareDataDirectory(directory: string): string | undefined {
  try {
    make(directory);
    if (!statSync(directory).isDirectory()) return `store.directory: ${directory} is not a folder`;
    accessSync(directory, constants.W_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    const { code = String(error) } = error as NodeJS.ErrnoException;
    return `store.directory: ${directory} cannot be used (${code}); name a folder that this user may write to`;
  }
}

/** Level by level: the recursive form of mkdir never ends below /proc. */
function make(directory: string): void {
  if (existsSync(directory)) return;
  const parent = dirname(directory);
  if (parent !== directory) make(parent);
  mkdirSync(directory);
}
