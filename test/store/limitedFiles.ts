// A disk that refuses from a certain byte of a file on: the kernel's own limit of how large a file of this process may become
// (setrlimit(2), RLIMIT_FSIZE). SQLite sees its writes fail, wherever in the middle of a page or of its log that byte is.
import { execFileSync } from "node:child_process";

const limit = (bytes: number | "unlimited"): void =>
  void execFileSync("prlimit", [`--pid=${process.pid}`, `--fsize=${bytes}:unlimited`], { stdio: "ignore" });

/** Where there is no such limit, as on other systems than Linux, nothing of this can be tried. */
export function canLimitFiles(): boolean {
  try {
    limit("unlimited");
    return true;
  } catch {
    return false;
  }
}

/** No file grows beyond so many bytes while `work` runs. */
export function withFilesUpTo<T>(bytes: number, work: () => T): T {
  limit(bytes);
  try {
    return work();
  } finally {
    limit("unlimited");
  }
}
