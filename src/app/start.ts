// Composition root: opens every part in order, hands each what it needs, and stops them in reverse. Read it from top to bottom.
import { openControl, type ControlOptions } from "../control/server.ts";
import { openFileTarget, type FileTarget, type FileTargetOptions } from "../files/target.ts";
import type { HttpServer } from "../hmi/server.ts";
import { openListeners, type Listeners } from "../ocpp/listeners.ts";
import type { OpcUaServerOptions } from "../opcua/options.ts";
import { openOpcUaServer, prepareThread, type OpcUaServer } from "../opcua/server.ts";
import type { Settings } from "../settings/settings.ts";
import type { Vendors } from "../settings/vendors.ts";
import type { Clock, Timer } from "../std/clock.ts";
import { Counts } from "../std/counts.ts";
import { Lifecycle, type Running } from "../std/lifecycle.ts";
import type { Log } from "../std/log.ts";
import type { Store } from "../store/store.ts";
import type { AuditedCommand, MessageLog, Projection } from "../twin/ports.ts";
import type { Accounts } from "./accounts.ts";
import type { House } from "./apply.ts";
import type { ConnectionNotes } from "./connectionNotes.ts";
import { reportStatus } from "./bridgeStatus.ts";
import { Denials } from "./denials.ts";
import { openDoor } from "./door.ts";
import { Effects } from "./effects.ts";
import { makeFirstAdministrator, type ShowFirstLogin } from "./firstAdministrator.ts";
import { handleCall, type Road } from "./handleCall.ts";
import { IdTagImports } from "./idTagImports.ts";
import { inTurns } from "./inTurns.ts";
import { LedgerNotes } from "./ledgerNotes.ts";
import { Logins } from "./logins.ts";
import { noteBadFrame } from "./noteBadFrame.ts";
import { openAlarms } from "./openAlarms.ts";
import { openDecisions, type Decisions } from "./openDecisions.ts";
import { openHmi, type HmiParts } from "./openHmi.ts";
import { openHouse } from "./openHouse.ts";
import { Readiness } from "./readiness.ts";
import { STORE_FAILING } from "./serviceLevel.ts";
import type { Register } from "./register.ts";
import type { RoadOut } from "./roadOut.ts";
import type { RunningIdTags } from "./runningIdTags.ts";
import type { RulesState } from "./rulesInUse.ts";
import { askScadaMethod, scadaMethodState, startScadaMethod, type ScadaMethod } from "./scadaMethod.ts";
import { Resynchronisation } from "./resynchronise.ts";
import { callUnasked, sendCommand } from "./sendCommand.ts";
import { openTrust } from "./openTrust.ts";
import { openSigning } from "./openSigning.ts";
import type { Signing } from "./signing.ts";
import type { Trust } from "./trust.ts";
import { openVendors } from "./vendorProfiles.ts";
import { version } from "../std/version.ts";
import { watchStaleness } from "./watch.ts";

export interface BridgeOptions {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly log: Log;
  /** Shows the login that is made where nobody could ever log in; without it none is made. */
  readonly showFirstLogin?: ShowFirstLogin;
}

/** Where the bridge serves, as the ready line says it. */
export interface Addresses {
  readonly ocpp: readonly string[];
  readonly opcua: string;
  readonly hmi: string;
}

export interface Bridge {
  readonly addresses: Addresses;
  /** Reads the rules files again; with an error in them the rules from before stay in use. */
  reloadRules(): void;
  /** Reads the certificates of the listeners, of the certificate authority and of the OPC UA server again; where they cannot be used those from before stay in use. */
  reloadCertificates(): void;
  /** Stops in order, within `limits.stopTimeoutSeconds`; calling it again changes nothing. */
  stop(): Promise<void>;
}

/** Starts everything; rejects when a part cannot start, after those before it have been stopped. */
export async function startBridge({ settings, clock, log, showFirstLogin }: BridgeOptions): Promise<Bridge> {
  const lifecycle = new Lifecycle(log);
  const counts = new Counts();
  const startedAt = clock.now();
  const readiness = new Readiness();
  const logOf = (part: string): Log => log.child({ part });
  const vendors = openVendors(settings);
  const prepared = await lifecycle.start("opcua thread", async () => prepareThread());
  // Before all that serve or keep anything, and after them to stop: two bridges on one data directory would spoil it.
  const opened = await openHouse(lifecycle, { settings, vendors, clock, log, counts });
  const { house, projections, register, vendorProfiles, idTags, accounts, store, history } = opened;
  await makeFirstAdministrator({ accounts, settings, clock, log }, showFirstLogin);
  // Charge points connect last of all; until then none can be called, and nobody is asked.
  const serving: Serving = {};
  const scadaMethod: ScadaMethod = () => serving.scadaMethod;
  const asked = {
    idTags: { list: idTags, running: opened.runningIdTags },
    scadaMethod: askScadaMethod({ settings }, scadaMethod),
  };
  const decisions = await lifecycle.start("decisions", async () =>
    openDecisions({ house, settings, clock, counts, log, ...asked }),
  );
  const trust = await openTrust(lifecycle, { settings, clock });
  const { effects, denials } = endingsOf({ settings, clock, log });
  const common = { house, settings, vendorProfiles, clock, counts, log };
  const watched = { denials, decisions, trust, listeners: () => serving.ocpp };
  const { alarms, displays, connections } = await openAlarms(lifecycle, opened, { ...common, ...watched });
  const idTagImports = new IdTagImports(clock, settings.limits.maxIdTags);
  const lists = { idTags, accounts, trust, idTagImports, decisions, fillingLocalList: new Set<string>() };
  const reached = reachedBy(serving);
  const told = { effects, denials, alarms, audit: (done: AuditedCommand) => serving.opcua?.audit(done) };
  const roadOut: RoadOut = { ...common, ...lists, ...told, ...reached, register };
  const command = inTurns(sendCommand.bind(undefined, roadOut), clock);
  const control = { ...controlOptionsOf(settings), clock, log: logOf("control"), notReady: readiness.reasons, command };
  await lifecycle.start("control", () =>
    openControl({ ...control, gatherIdTags: ({ gathering, entries }) => idTagImports.gather(gathering, entries) }),
  );
  serving.files = await startFiles(lifecycle, { settings, clock, log: logOf("files") });
  const reading = readingOf(house, store, { settings, decisions, scadaMethod, serving });
  const logins = { ...loginsOf(accounts, { settings, clock, log }), rejected: () => void trust.look() };
  const seen = { settings, vendors, clock, log, counts, house, history, command, alarms, notReady: readiness.reasons };
  const http = await lifecycle.start("http", () => openHmi({ ...seen, ...reading, ...logins, ...lists }));
  const replay = { replay: () => house.twins.all(), replayAlarms: () => alarms.all() };
  const wanted = { command, actOnAlarm: alarms.act.bind(alarms), pending: () => decisions.scada.pending() };
  const shown = { ...opcuaOptionsOf(settings, vendors), ...replay, clock, counts, history, log: logOf("opcua") };
  const opcua = await lifecycle.start("opcua", () => openOpcUaServer({ prepared, ...shown, ...wanted, ...logins }));
  serving.opcua = opcua;
  serving.scadaMethod = await startScadaMethod(lifecycle, { settings, clock, log: logOf("scadaMethod") });
  // What an effect makes happen is told after the change that has shown it.
  projections.push(opcua.projection, http.projection, ...(await startFollowers(lifecycle, roadOut)), alarms);
  displays.push(opcua.projection, http.projection);
  await tellChanges({ opcua, http }, lists);
  const states = { storeState: store.state, scadaMethodState: () => scadaMethodState({ settings }, scadaMethod) };
  await startRounds(lifecycle, { ...common, ...lists, ...decisions, ...states, startedAt, readiness }, (status) => {
    for (const shower of [opcua, http]) shower.report(status);
  });

  const signing = await openSigning(lifecycle, { ...common, register, command });
  projections.push(signing.delivery);
  const ocpp = await startListeners(lifecycle, common, { ...opened, decisions, signing, connections });
  serving.ocpp = ocpp;
  readiness.set(undefined);

  const stop = stopWithin(settings.limits.stopTimeoutSeconds * 1000, { lifecycle, readiness, clock });
  return { ...facesOf({ ocpp, opcua, signing, decisions, trust, hmi: http.url }), stop };
}

interface Stoppable extends Pick<BridgeOptions, "clock"> {
  readonly lifecycle: Lifecycle;
  readonly readiness: Readiness;
}

function stopWithin(milliseconds: number, { lifecycle, readiness, clock }: Stoppable): Bridge["stop"] {
  return () => {
    readiness.set("stopping");
    return lifecycle.stop(clock, milliseconds);
  };
}

interface Faces {
  readonly ocpp: Listeners;
  readonly signing: Awaited<ReturnType<typeof openSigning>>;
  readonly opcua: OpcUaServer;
  readonly decisions: Decisions;
  readonly trust: Trust;
  readonly hmi: string;
}

/** What the outside may ask of the parts that serve. */
function facesOf({ ocpp, signing, opcua, decisions, trust, hmi }: Faces): Omit<Bridge, "stop"> {
  return {
    addresses: { ocpp: ocpp.urls(), opcua: opcua.endpointUrl, hmi },
    reloadRules: () => void decisions.reload(),
    reloadCertificates: () => {
      for (const each of [ocpp, signing]) each.reloadCertificates();
      opcua.reloadCertificate();
      void trust.look();
    },
  };
}

/** What the thread of the server has to know of what it does not follow by itself. */
async function tellChanges(
  { opcua, http }: { readonly opcua: OpcUaServer; readonly http: HttpServer },
  { decisions, accounts, trust }: Pick<RoadOut, "accounts"> & { readonly decisions: Decisions; readonly trust: Trust },
): Promise<void> {
  decisions.scada.watch(opcua.tellPending);
  for (const { tellAccounts } of [opcua, http]) {
    accounts.watch(tellAccounts);
    tellAccounts();
  }
  trust.watch(opcua.tellTrust);
  // The server has made its own certificate since.
  await trust.look();
}

/** What is started after those that use it. */
interface Serving {
  ocpp?: Listeners;
  files?: FileTarget | undefined;
  opcua?: OpcUaServer;
  scadaMethod?: ReturnType<ScadaMethod>;
}

function reachedBy(serving: Serving): Pick<RoadOut, "linkOf" | "files"> {
  return { linkOf: (id) => serving.ocpp?.links.get(id), files: () => serving.files };
}

type Common = Pick<Road, "house" | "settings" | "vendorProfiles" | "clock" | "counts" | "log">;

interface RoadParts {
  readonly runningIdTags: RunningIdTags;
  readonly register: Register;
  readonly store: Store;
  readonly decisions: Decisions;
  readonly messages: MessageLog | undefined;
  readonly signing: Signing;
  readonly connections: ConnectionNotes;
}

/** The road in, and the listeners at its beginning. */
function startListeners(lifecycle: Lifecycle, common: Common, parts: RoadParts): Promise<Listeners> {
  const { register, store, decisions, messages, signing, runningIdTags } = parts;
  const { refused, contested } = parts.connections;
  const road: Road = {
    ...common,
    decide: decisions.decide,
    isStranger: (id) => register.isStranger(id),
    ledger: store.ledger,
    ledgerNotes: new LedgerNotes(store.ledger),
    runningIdTags,
    storeState: store.state,
    validationOf: (id) => register.validationOf(id),
    beforeAcceptedOf: (id) => register.beforeAcceptedOf(id),
    signing,
  };
  const doorkeeping = openDoor({ ...common, register, left: (id) => decisions.scada.withdraw(id) });
  const calls = { handleCall: handleCall.bind(undefined, road), misread: noteBadFrame.bind(undefined, road) };
  const door = { ...doorkeeping, refused, contested, ...calls };
  return lifecycle.start("ocpp", () =>
    openListeners({ ...common, door, messages, log: common.log.child({ part: "ocpp" }) }),
  );
}

interface Reading {
  readonly settings: Settings;
  readonly decisions: Decisions;
  readonly scadaMethod: ScadaMethod;
  readonly serving: Serving;
}

function readingOf(
  house: House,
  store: Store,
  { settings, decisions: { rules }, scadaMethod, serving }: Reading,
): Pick<HmiParts, "gauges" | "impaired" | "clients"> {
  const isFailing = (): boolean => store.state() === "failing";
  return {
    gauges: () => ({
      ...house.twins.counts,
      ...rulesGaugesOf(rules()),
      storeFailing: isFailing() ? 1 : 0,
      scadaMethodConnected: scadaMethodState({ settings }, scadaMethod) === "connected" ? 1 : 0,
    }),
    clients: () => serving.opcua?.clients() ?? [],
    impaired: () => (isFailing() ? [STORE_FAILING] : []),
  };
}

function rulesGaugesOf({ inUse, error }: RulesState): { rulesInUse: number; rulesRefused: number } {
  return { rulesInUse: inUse, rulesRefused: error === "" ? 0 : 1 };
}

/** What bounds how the ends of commands are told. */
function endingsOf({ settings: { ocpp, limits }, clock, log }: BridgeOptions): Pick<RoadOut, "effects" | "denials"> {
  const effects = new Effects({
    clock,
    log,
    timeoutSeconds: ocpp.effectTimeoutSeconds,
    most: limits.maxAwaitedEffects,
    mostPerChargePoint: limits.maxAwaitedEffectsPerChargePoint,
  });
  return { effects, denials: new Denials(log, clock) };
}

/** What is done again and again: looking for what no longer comes, and telling how the bridge is. */
async function startRounds(lifecycle: Lifecycle, ...[status, show]: Parameters<typeof reportStatus>): Promise<void> {
  await lifecycle.start("watch", async () => untilStopped(watchStaleness(status.house, status.clock)));
  await lifecycle.start("status", async () => untilStopped(reportStatus(status, show)));
}

/** What follows the twins to wait for what has been agreed, and to ask for what is missing. */
async function startFollowers(lifecycle: Lifecycle, road: RoadOut): Promise<readonly Projection[]> {
  const { effects, clock, settings, house } = road;
  const resynchronisation = new Resynchronisation({
    clock,
    settings: settings.ocpp.resynchronisation,
    twinOf: (id) => house.twins.get(id),
    call: callUnasked.bind(undefined, road),
  });
  for (const [name, follower] of Object.entries({ effects, resynchronisation }))
    await lifecycle.start(name, async () => ({ stop: async () => follower.stop() }));
  return [effects, resynchronisation];
}

/** Who may log in, and the judge of it. */
function loginsOf(
  accounts: Accounts,
  { settings: { limits }, clock, log }: BridgeOptions,
): Pick<OpcUaServerOptions, "accounts" | "verify"> {
  const failuresPerMinute = limits.failedLoginsPerMinute;
  const logins = new Logins({ accounts, clock, log: log.child({ part: "logins" }), failuresPerMinute });
  return { accounts: () => accounts.all(), verify: (attempt) => logins.verify(attempt) };
}

/** The built-in target of file transfers, where the settings have one. */
async function startFiles(
  lifecycle: Lifecycle,
  { settings: { files, limits }, clock, log }: BridgeOptions,
): Promise<FileTarget | undefined> {
  if (files === undefined) return undefined;
  const received: FileTargetOptions["received"] = ({ chargePointId: chargePoint, ...file }) =>
    log.info({ chargePoint, ...file }, "a charge point has uploaded a file");
  return lifecycle.start("files", () => openFileTarget({ settings: files, limits, clock, log, received }));
}

function controlOptionsOf({ store, limits }: Settings): Pick<ControlOptions, "dataDirectory" | "maxCommands"> {
  return { dataDirectory: store.directory, maxCommands: limits.maxLocalCommands };
}

type OpcUaSettings = Pick<OpcUaServerOptions, "endpoint" | "projectionIntervalMilliseconds">;

function opcuaOptionsOf({ opcua, site, store, limits }: Settings, { datapoints }: Vendors): OpcUaSettings {
  const own = { siteName: site.name, version, dataDirectory: store.directory, vendorDatapoints: datapoints };
  return {
    endpoint: { ...opcua, ...own, historyDays: store.historyDays, limits },
    projectionIntervalMilliseconds: limits.projectionIntervalMilliseconds,
  };
}

/** A timer as a part of the lifecycle. */
function untilStopped(timer: Timer): Running {
  return { stop: async () => timer.cancel() };
}
