// Switching off and on again: what a reset or a power cut ends, and what it leaves (OCPP 1.6 §5.14). Availability, lists, profiles,
// configuration and the transaction messages that wait survive, as they do in a charge point's flash memory.
import type { Reason } from "../schema/ocpp16.generated.ts";
import type { ChargePointCore } from "./core.ts";
import { refreshPower, settleMeter } from "./power.ts";
import { reportSecurityEvent } from "./registration.ts";
import { startAlignedSampling } from "./sampling.ts";
import { stopTransaction } from "./transactions.ts";

/** How long a soft reset waits for its last messages to be answered. */
const GRACE_MS = 10_000;

/** The orderly restart: transactions end, their messages go out, the socket is closed, later the charge point boots again. */
export function restartSoftly(core: ChargePointCore, reason: Reason): void {
  if (!core.isRunning) return;
  endTransactions(core, reason);
  refreshPower(core);
  if (core.plan.reportsSecurityEvents) reportSecurityEvent(core, "ResetOrReboot");
  let isDone = false;
  const go = (): void => {
    if (isDone || !core.isRunning) return;
    isDone = true;
    grace.cancel();
    switchOff(core);
    void core.link.close(1000, "restart").then(() => bootAfter(core, core.plan.timing.rebootMs));
  };
  const grace = core.clock.after(GRACE_MS, go);
  core.outbox.whenIdle(go);
}

/** The hard way, as by a watchdog or a power cut: the socket dies; StopTransaction follows after the next boot. */
export function restartHard(core: ChargePointCore, reason: Reason, offMs = core.plan.timing.rebootMs): void {
  if (!core.isRunning) return;
  endTransactions(core, reason);
  switchOff(core);
  core.link.cut(Infinity);
  bootAfter(core, offMs);
}

/** Begins life: dials, and BootNotification follows. */
export function switchOn(core: ChargePointCore): void {
  core.isRunning = true;
  core.keys.rebooted();
  startAlignedSampling(core);
  refreshPower(core);
  core.link.open();
}

/** Ends everything that runs, except the socket. */
export function switchOff(core: ChargePointCore): void {
  core.isRunning = false;
  core.registration = "None";
  core.outbox.setGate("closed");
  for (const timer of [core.bootTimer, core.heartbeatTimer, core.alignedTimer]) timer?.cancel();
  for (const timer of Object.values(core.transfers.timers)) timer.cancel();
  core.transfers.timers = {};
  for (const connector of core.connectors) {
    settleMeter(core, connector);
    connector.sampleTimer?.cancel();
    connector.powerTimer?.cancel();
    connector.authorized?.timeout.cancel();
    connector.authorized = undefined;
    connector.isFinishing = false;
  }
}

function bootAfter(core: ChargePointCore, offMs: number): void {
  if (!core.isStopped) core.bootTimer = core.clock.after(offMs, () => switchOn(core));
}

function endTransactions(core: ChargePointCore, reason: Reason): void {
  for (const connector of core.connectors) stopTransaction(core, connector, reason);
}
