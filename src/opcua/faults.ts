// Tells errors of the library from our own: the library throws at some requests, which is no reason to end all sessions.
import { fileURLToPath } from "node:url";

/** The project's root is two levels up from here, in src as in dist. */
const ROOT = new URL("../../", import.meta.url).href;

/**
 * Whether an error was thrown inside a package: then one request went wrong, and the others go on.
 * `root` is the URL of the project's folder, which may itself be that of an installed package.
 */
export function isOfLibrary(error: unknown, root = ROOT): boolean {
  if (!(error instanceof Error)) return false;
  // Node itself throws on behalf of whoever called it.
  const frame = error.stack?.split("\n").find((line) => /^\s+at /u.test(line) && !/[( ]node:/u.test(line)) ?? "";
  return frame.replace(root, "").replace(fileURLToPath(root), "").includes("node_modules");
}
