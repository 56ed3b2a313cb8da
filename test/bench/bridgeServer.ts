// The bridge in a child process; argument: a settings file. Speaks the protocol of serverUnderTest.ts.
import { startBridge } from "../../src/app/start.ts";
import { loadSettings } from "../../src/settings/load.ts";
import { systemClock } from "../../src/std/clock.ts";
import { openLog } from "../../src/std/log.ts";

const loaded = loadSettings(process.argv[2] ?? "", {});
if (!("settings" in loaded)) throw new Error(JSON.stringify(loaded));
const bridge = await startBridge({ settings: loaded.settings, clock: systemClock, log: openLog("warn") });
process.send?.({
  ready: { ocpp: bridge.addresses.ocpp[0], opcua: bridge.addresses.opcua, readyMs: performance.now() },
});
process.on("message", () => {
  globalThis.gc?.();
  process.send?.({ usage: { cpu: process.cpuUsage(), memory: process.memoryUsage() } });
});
process.on("disconnect", () => void bridge.stop().then(() => process.exit(0)));
