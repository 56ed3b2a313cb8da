// From an open socket to a registered charge point: BootNotification until it is accepted, then Heartbeats (OCPP 1.6 §4.2, §4.6).
import { post, reportProblem, timestamp } from "./core.ts";
import type { ChargePointCore } from "./core.ts";
import type { Requests, Responses } from "../schema/ocpp16.generated.ts";
import { startAlignedSampling } from "./sampling.ts";
import { forgetReported, reportUnreported } from "./status.ts";

const DAY_MS = 86_400_000;

/** The socket is open: a charge point that is registered goes on where it was, without another BootNotification. */
export function linkOpened(core: ChargePointCore): void {
  core.plan.listener.connected?.(core.self);
  core.outbox.setGate("bootOnly");
  if (core.registration === "Accepted") goOnline(core);
  else sendBootNotification(core);
}

/** The socket is gone: what was in flight stays open, transaction-related messages wait. */
export function linkLost(core: ChargePointCore, code: number, reason: string): void {
  core.bootTimer?.cancel();
  core.heartbeatTimer?.cancel();
  core.outbox.setGate("closed");
  core.plan.listener.disconnected?.(core.self, code, reason);
}

/** Sends BootNotification and deals with the answer. */
export function sendBootNotification(core: ChargePointCore): void {
  core.bootTimer?.cancel();
  post(core, {
    action: "BootNotification",
    payload: nameplate(core),
    way: "urgent",
    settle: (response, outcome) => {
      if (response !== undefined) return registered(core, response);
      if (outcome.kind !== "notSent" && core.link.isOpen) bootLater(core, 0);
    },
  });
}

function registered(core: ChargePointCore, answer: Responses["BootNotification"]): void {
  const wasAccepted = core.registration === "Accepted";
  core.registration = answer.status;
  core.plan.listener.registered?.(core.self, answer.status);
  // §4.2.1: Pending and Rejected name the pause before the next try; 0 leaves it to the charge point.
  if (answer.status !== "Accepted") {
    core.outbox.setGate("bootOnly");
    return bootLater(core, answer.interval);
  }
  if (answer.interval > 0) core.keys.set("HeartbeatInterval", String(answer.interval));
  if (!wasAccepted) forgetReported(core);
  goOnline(core);
  if (core.plan.reportsSecurityEvents && !wasAccepted) reportSecurityEvent(core, "StartupOfTheDevice");
  const { afterBoot } = core.transfers;
  core.transfers.afterBoot = undefined;
  afterBoot?.();
}

function goOnline(core: ChargePointCore): void {
  core.outbox.setGate("open");
  reportUnreported(core);
  scheduleHeartbeat(core);
  startAlignedSampling(core);
  core.link.pingEvery(core.keys.number("WebSocketPingInterval") * 1000);
}

function bootLater(core: ChargePointCore, intervalSeconds: number): void {
  const pauseMs = intervalSeconds > 0 ? intervalSeconds * 1000 : core.plan.timing.bootRetryMs;
  core.bootTimer = core.clock.after(pauseMs, () => sendBootNotification(core));
}

/** Arms the next Heartbeat; to be called again when the key HeartbeatInterval changes. */
export function scheduleHeartbeat(core: ChargePointCore): void {
  core.heartbeatTimer?.cancel();
  const intervalMs = core.keys.number("HeartbeatInterval") * 1000;
  if (intervalMs > 0 && core.link.isOpen)
    core.heartbeatTimer = core.clock.after(intervalMs, () => beat(core, intervalMs));
}

function beat(core: ChargePointCore, intervalMs: number): void {
  const now = core.clock.monotonic();
  const quietMs = now - core.lastSentAt;
  // §4.6: other traffic may stand in for a Heartbeat, but once in 24 h one has to be sent for the sake of the time.
  const isSuperfluous =
    core.plan.heartbeatSuppressedByTraffic && quietMs < intervalMs && now - core.lastHeartbeatAt < DAY_MS - intervalMs;
  if (isSuperfluous) {
    core.heartbeatTimer = core.clock.after(intervalMs - quietMs, () => beat(core, intervalMs));
    return;
  }
  sendHeartbeat(core);
  scheduleHeartbeat(core);
}

/** Sends a Heartbeat now. */
export function sendHeartbeat(core: ChargePointCore): void {
  core.lastHeartbeatAt = core.clock.monotonic();
  post(core, { action: "Heartbeat", payload: {}, way: "urgent" });
}

/** Security extension, use case A05: tells the central system of a security event. */
export function reportSecurityEvent(core: ChargePointCore, type: string): void {
  post(core, {
    action: "SecurityEventNotification",
    payload: { type, timestamp: timestamp(core) },
    settle: (response) => {
      if (response === undefined) reportProblem(core, `security event ${type} was not delivered`);
    },
  });
}

function nameplate(core: ChargePointCore): Requests["BootNotification"] {
  const { firmwareVersion } = core;
  return { ...core.plan.nameplate, ...(firmwareVersion === undefined ? {} : { firmwareVersion }) };
}
