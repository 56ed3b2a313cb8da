// Composition root: opens every part in order, hands each what it needs, and stops them in reverse. Read it from top to bottom.
import { decide } from "../decisions/decide.ts";
import { openHttpServer } from "../hmi/server.ts";
import { openListeners, type Listeners } from "../ocpp/listeners.ts";
import { openOpcUaServer } from "../opcua/server.ts";
import type { Settings } from "../settings/settings.ts";
import type { Clock } from "../std/clock.ts";
import { Counts } from "../std/counts.ts";
import { Lifecycle } from "../std/lifecycle.ts";
import type { Log } from "../std/log.ts";
import type { Projection } from "../twin/ports.ts";
import type { House } from "./apply.ts";
import { reportStatus } from "./bridgeStatus.ts";
import { fillHouse, openDoor } from "./door.ts";
import { TransactionIds } from "./draw.ts";
import { Effects } from "./effects.ts";
import { gaugesOf } from "./gauges.ts";
import { handleCall, type Road } from "./handleCall.ts";
import { Register } from "./register.ts";
import type { RoadOut } from "./roadOut.ts";
import { sendCommand } from "./sendCommand.ts";
import { Twins } from "./twins.ts";
import { version } from "./version.ts";
import { watchStaleness } from "./watch.ts";

export interface BridgeOptions {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly log: Log;
}

/** Where the bridge serves, as the ready line says it. */
export interface Addresses {
  readonly ocpp: readonly string[];
  readonly opcua: string;
  readonly hmi: string;
}

export interface Bridge {
  readonly addresses: Addresses;
  /** Stops in order, within `limits.stopTimeoutSeconds`; calling it again changes nothing. */
  stop(): Promise<void>;
}

/** Starts everything; rejects when a part cannot start, after those before it have been stopped. */
export async function startBridge({ settings, clock, log }: BridgeOptions): Promise<Bridge> {
  const lifecycle = new Lifecycle(log);
  const counts = new Counts();
  const startedAt = clock.now();
  const projections: Projection[] = [];
  const house: House = { twins: new Twins(), projections };
  const register = new Register(settings);
  const notReady = new Set(["starting"]);
  fillHouse({ house, settings, clock });

  const http = await lifecycle.start("http", () =>
    openHttpServer(
      {
        ...settings.hmi,
        metricsOpen: settings.hmi.metricsOpen || settings.hmi.anonymousRole !== "none",
        maxConnections: settings.limits.maxHttpConnections,
      },
      { log: log.child({ part: "http" }), counts, gauges: () => gaugesOf(house), notReady: () => [...notReady] },
    ),
  );
  const { effectTimeoutSeconds } = settings.ocpp;
  const { maxAwaitedEffects: most, maxAwaitedEffectsPerChargePoint: mostPerChargePoint } = settings.limits;
  const effects = new Effects({ clock, log, timeoutSeconds: effectTimeoutSeconds, most, mostPerChargePoint });
  // Charge points connect last of all; until then none can be called.
  let ocpp: Listeners | undefined;
  const roadOut: RoadOut = {
    house,
    settings,
    clock,
    counts,
    log,
    register,
    effects,
    linkOf: (id) => ocpp?.links.get(id),
  };
  const opcua = await lifecycle.start("opcua", () =>
    openOpcUaServer({
      endpoint: {
        ...settings.opcua,
        siteName: settings.site.name,
        version,
        dataDirectory: settings.store.directory,
        limits: settings.limits,
      },
      projectionIntervalMilliseconds: settings.limits.projectionIntervalMilliseconds,
      clock,
      log: log.child({ part: "opcua" }),
      counts,
      replay: () => house.twins.all(),
      command: sendCommand.bind(undefined, roadOut),
    }),
  );
  // What an effect makes happen is told after the change that has shown it.
  projections.push(opcua.projection, effects);
  await lifecycle.start("effects", async () => ({ stop: async () => effects.stop() }));
  await lifecycle.start("watch", async () => {
    const timer = watchStaleness(house, clock);
    return { stop: async () => timer.cancel() };
  });
  await lifecycle.start("status", async () => {
    const timer = reportStatus({ house, counts, clock, startedAt }, opcua.report);
    return { stop: async () => timer.cancel() };
  });

  const road: Road = {
    house,
    settings,
    clock,
    counts,
    log,
    decide,
    transactionIds: new TransactionIds(clock.now()),
    validationOf: (id) => register.get(id)?.validation ?? settings.ocpp.validation,
  };
  const door = { ...openDoor({ house, settings, register, clock, log }), handleCall: handleCall.bind(undefined, road) };
  ocpp = await lifecycle.start("ocpp", () =>
    openListeners({ settings, door, clock, counts, log: log.child({ part: "ocpp" }) }),
  );
  notReady.clear();

  return {
    addresses: { ocpp: ocpp.urls(), opcua: opcua.endpointUrl, hmi: http.url },
    stop: () => {
      notReady.add("stopping");
      return lifecycle.stop(clock, settings.limits.stopTimeoutSeconds * 1000);
    },
  };
}
