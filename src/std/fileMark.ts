// How a file lies on the disk, as a text that differs once it has been changed, replaced or removed. It reads no contents.
import { statSync, type Stats } from "node:fs";
import { stat } from "node:fs/promises";

/** Of a file that is not there. */
export const NO_FILE = "none";

export function markNow(file: string): string {
  try {
    return markOf(statSync(file));
  } catch {
    return NO_FILE;
  }
}

export async function lookAt(file: string): Promise<string> {
  return stat(file).then(markOf, () => NO_FILE);
}

function markOf({ mtimeMs, ctimeMs, size, ino }: Stats): string {
  return `${mtimeMs} ${ctimeMs} ${size} ${ino}`;
}
