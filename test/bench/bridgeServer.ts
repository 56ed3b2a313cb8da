// The bridge in a child process; argument: a settings file.
import { startBridge } from "../../src/app/start.ts";
import { keepHeapsSmall } from "../../src/cli/heaps.ts";
import { loadSettings } from "../../src/settings/load.ts";
import { systemClock } from "../../src/std/clock.ts";
import { openLog } from "../../src/std/log.ts";
import { serveParent } from "./usage.ts";

// As `ocpp-opcua run` has them.
keepHeapsSmall();
const loaded = loadSettings(process.argv[2] ?? "", {});
if (!("settings" in loaded)) throw new Error(JSON.stringify(loaded));
const bridge = await startBridge({ settings: loaded.settings, clock: systemClock, log: openLog("warn") });
const { ocpp, opcua, hmi } = bridge.addresses;
serveParent({ ocpp: ocpp[0] ?? "", opcua, hmi, readyMs: performance.now() }, () => bridge.stop());
