// Runs in the process of a user's module: tells of which files it is made, so that a change of any of them counts. It changes nothing.
import { registerHooks } from "node:module";
import { fileURLToPath } from "node:url";
import { markNow, NO_FILE } from "../std/fileMark.ts";

/** Told of each file at most once. */
const MOST_FILES = 1000;
/** Packages change by being installed anew, not while they are in use. */
const PACKAGE = /[/\\]node_modules[/\\]/u;

/** Calls `tell` for every file that is imported from here on, also for those that are missing. */
export function watchImports(tell: (file: string, mark: string) => void): void {
  const told = new Set<string>();
  const meet = (url: string, markOf: (file: string) => string): void => {
    if (!url.startsWith("file:")) return;
    const file = fileURLToPath(url);
    if (told.has(file) || told.size >= MOST_FILES || PACKAGE.test(file)) return;
    told.add(file);
    tell(file, markOf(file));
  };
  registerHooks({
    resolve: (specifier, context, next) => {
      try {
        return next(specifier, context);
      } catch (error) {
        const { url } = error as { readonly url?: unknown };
        if (typeof url === "string") meet(url, () => NO_FILE);
        throw error;
      }
    },
    load: (url, context, next) => {
      meet(url, markNow);
      return next(url, context);
    },
  });
}
