// Puts the parts of a simulated charge point together. No behaviour of its own.
import { send, textArrived } from "./answering.ts";
import { createAuthorizations } from "./authorizations.ts";
import { createCertificates } from "./certificates.ts";
import { ConfigurationKeys } from "./configurationKeys.ts";
import { createConnector } from "./connector.ts";
import { reportProblem } from "./core.ts";
import type { ChargePointCore } from "./core.ts";
import { Link } from "./link.ts";
import type { LinkEvents } from "./link.ts";
import type { ChargePointPlan } from "./options.ts";
import { Outbox } from "./outbox.ts";
import { seededRandom } from "./random.ts";
import type { Random } from "./random.ts";
import { linkLost, linkOpened } from "./registration.ts";
import type { SimulatedChargePoint } from "./simulatedChargePoint.ts";
import { createTransfers } from "./transfers.ts";

const LARGEST_FRAME_BYTES = 1_048_576;

/** A charge point that is switched off. */
export function createCore(self: SimulatedChargePoint, plan: ChargePointPlan): ChargePointCore {
  const random = seededRandom(plan.seed);
  const bootId = Math.floor(random.next() * 0x7fffffff).toString(36);
  let calls = 0;
  const core: ChargePointCore = {
    self,
    plan,
    clock: plan.clock,
    random,
    faults: plan.faults,
    keys: new ConfigurationKeys({
      NumberOfConnectors: String(plan.connectors.length),
      ...plan.configuration,
    }),
    link: createLink(plan, random, () => core.password, {
      opened: () => linkOpened(core),
      text: (text) => textArrived(core, text),
      lost: (code, reason) => linkLost(core, code, reason),
    }),
    outbox: new Outbox({
      clock: plan.clock,
      send: (text) => send(core, text),
      newMessageId: () => `${bootId}-${++calls}`,
      callTimeoutMs: plan.timing.callTimeoutMs,
      mostKept: plan.mostKeptMessages,
      renewsMessageIds: plan.renewsMessageIds,
      retry: () => ({
        attempts: core.keys.number("TransactionMessageAttempts"),
        intervalSeconds: core.keys.number("TransactionMessageRetryInterval"),
      }),
      problem: (text) => reportProblem(core, text),
    }),
    connectors: plan.connectors.map((supply, index) =>
      createConnector(index + 1, supply, Math.floor(random.between(1e5, 2e7))),
    ),
    authorizations: createAuthorizations(),
    certificates: createCertificates(),
    transfers: createTransfers(),
    password: plan.password,
    registration: "None",
    isRunning: false,
    isStopped: true,
    isOperative: true,
    notice: { current: "", since: 0, reported: "" },
    firmwareVersion: plan.nameplate.firmwareVersion,
    profiles: [],
    reservation: undefined,
    bootTimer: undefined,
    heartbeatTimer: undefined,
    alignedTimer: undefined,
    lastSentAt: 0,
    lastHeartbeatAt: plan.clock.monotonic(),
  };
  return core;
}

function createLink(
  plan: ChargePointPlan,
  random: Random,
  password: () => string | undefined,
  events: LinkEvents,
): Link {
  const { timing } = plan;
  return new Link({
    socket: () => {
      const secret = password();
      return {
        url: plan.url,
        ...(plan.offersSubprotocol ? { subprotocol: "ocpp1.6" } : {}),
        ...(secret === undefined ? {} : { credentials: { user: plan.id, password: passwordBytes(secret) } }),
        ...(plan.tls === undefined ? {} : { tls: plan.tls }),
        maxPayloadBytes: LARGEST_FRAME_BYTES,
        handshakeTimeoutMs: timing.handshakeTimeoutMs,
      };
    },
    backoff: { firstMs: timing.reconnectFirstMs, longestMs: timing.reconnectLongestMs },
    clock: plan.clock,
    random,
    events,
  });
}

/** 40 hexadecimal digits are the raw AuthorizationKey (OCPP-J errata 3.10), anything else is text. */
function passwordBytes(password: string): Uint8Array {
  return /^[0-9a-f]{40}$/i.test(password) ? Buffer.from(password, "hex") : Buffer.from(password, "utf8");
}
