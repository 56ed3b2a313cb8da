import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

// Every bridge and every command line of the tests is a process or has threads that load the same modules: compiled once, they cost
// a third less. It has to be there before the test processes are.
process.env["NODE_COMPILE_CACHE"] ??= fileURLToPath(new URL("node_modules/.cache/compile", import.meta.url));

/** The slowest: they start a process or a bridge for nearly every case. `npm run test:slow` has them, before a release and whenever they are touched. */
const slow = [
  "test/flow/crashAtEveryStep.test.ts",
  "test/flow/floods.test.ts",
  "test/flow/scadaMethod.test.ts",
  "test/flow/signCertificate.test.ts",
  "test/load/load.test.ts",
  "test/setup/freshClone.test.ts",
  "test/soak/soak.test.ts",
];
const onlySlow = process.env["SLOW_TESTS"] !== undefined;

export default defineConfig({
  test: {
    include: onlySlow ? slow : ["test/**/*.test.ts"],
    exclude: ["test/bench/**", ...(onlySlow ? [] : slow)],
    pool: "forks",
    // Real sockets and real OPC UA sessions: more processes than cores would only make the deadlines of the tests flaky.
    maxWorkers: 2,
    // Far longer than they take: a machine that is busy with something else must not make them fail.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 30_000 } },
    // A test that leaves a promise behind must not pass.
    dangerouslyIgnoreUnhandledErrors: false,
  },
});
