// What `npm start` gives to the process of the bridge (package.json), for the tools that start one themselves.
import { fileURLToPath } from "node:url";
import { YOUNG_OBJECTS } from "../../src/cli/heaps.ts";

/** Built: from its sources it would hold its compiler as well. */
export const PROGRAM = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
export const NODE_FLAGS: readonly string[] = [YOUNG_OBJECTS];
/** glibc would give each thread an arena of its own. */
export const ENVIRONMENT = { MALLOC_ARENA_MAX: "2" };
