// The processes of modules end with the bridge, also when it is killed while a module loops for ever.
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { moduleOf, until } from "./modulesInTest.ts";

test.each([
  ["waits", "await new Promise(() => {});"],
  ["loops for ever", "for (;;);"],
])("a module that %s ends when the bridge is killed", async (_, text) => {
  const directory = mkdtempSync(join(tmpdir(), "ocpp-opcua-modules-"));
  const module = join(directory, "a.mjs");
  writeFileSync(module, moduleOf(`context.log("pid " + process.pid); ${text}`));
  const bridge = fork(fileURLToPath(new URL("./bridgeChild.ts", import.meta.url)), [module]);
  const [pid] = (await once(bridge, "message")) as [number];
  expect(isAlive(pid)).toBe(true);
  bridge.kill("SIGKILL");
  await until(() => !isAlive(pid));
  rmSync(directory, { recursive: true });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
