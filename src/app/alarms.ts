// All alarms that there are: it follows the twins like any projection, senses what the table of alarms looks for, waits out delays and
// lets people act. It keeps what there is to remember, and nothing of an alarm that is calm. It changes no twin.
import type { BridgeFacts, ChargePointFacts } from "../datapoints/alarmFindings.ts";
import type { Alarm, AlarmThresholds } from "../datapoints/alarm.ts";
import {
  BRIDGE_PLACE,
  SUPPRESSING_ALARM,
  alarmsAt,
  bridgeAlarms,
  chargePointAlarms,
  connectorAlarms,
  meterAlarms,
} from "../datapoints/alarms.ts";
import { every, type Clock, type EpochMs, type Timer } from "../std/clock.ts";
import type { Log } from "../std/log.ts";
import {
  actOn,
  calm,
  dueAt,
  isCalm,
  isTold,
  removed,
  sense,
  type AlarmAct,
  type AlarmChange,
  type AlarmOutcome,
  type AlarmPlace,
  type AlarmState,
  type KeptAlarm,
} from "../twin/alarms.ts";
import { mayActAs, type Requester, type Role } from "../twin/commands.ts";
import type { AlarmDisplay, Projection } from "../twin/ports.ts";
import type { Connector, Twin } from "../twin/twin.ts";
import { AlarmKeeping, type KeepingOptions } from "./alarmKeeping.ts";
import type { Denials } from "./denials.ts";
import { MissingEffects, type Missed } from "./missingEffects.ts";
import type { Twins } from "./twins.ts";

const SWEEP_MS = 1000;
/** Charge points that are looked at in one turn because their time has come; the others follow a little later. */
const PER_TURN = 100;
const NEXT_TURN_MS = 25;

export interface AlarmsOptions extends KeepingOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** Says who has wanted what he may not do. */
  readonly denials: Pick<Denials, "log">;
  readonly thresholds: AlarmThresholds;
  readonly twins: Pick<Twins, "get" | "all">;
  /** What was known when the bridge ended. */
  readonly kept: readonly KeptAlarm[];
  readonly bridge: () => BridgeFacts;
  readonly display: AlarmDisplay;
}

/** The alarms of one charge point, by connector and name, as far as there is something to remember. */
type Remembered = Map<string, AlarmState>;

export class Alarms implements Projection {
  readonly #options: AlarmsOptions;
  readonly #keeping: AlarmKeeping;
  readonly #missing = new MissingEffects();
  readonly #byChargePoint = new Map<string, Remembered>();
  /** When a charge point has to be looked at though nothing has happened. */
  readonly #due = new Map<string, EpochMs>();
  readonly #sweep: Timer;
  #nextTurn: Timer | undefined;

  /** Takes up what was known, and looks at every twin that there is. */
  constructor(options: AlarmsOptions) {
    this.#options = options;
    this.#keeping = new AlarmKeeping(options);
    for (const alarm of options.kept) this.#takeUp(alarm);
    this.#senseBridge();
    for (const twin of options.twins.all()) this.publish(undefined, twin);
    this.#sweep = every(options.clock, SWEEP_MS, () => this.#turn());
  }

  /** Every alarm of which there is something to remember. */
  *all(): Iterable<AlarmChange> {
    for (const [chargePointId, remembered] of this.#byChargePoint) {
      const isConnected = this.#isConnected(chargePointId);
      for (const [key, state] of remembered) yield { chargePointId, ...partsOf(key), state, isConnected };
    }
  }

  publish(before: Twin | undefined, after: Twin): void {
    const isSeen = this.#missing.look(after);
    const isWhole = before === undefined || concernsAll(before, after);
    if (!isSeen && !isWhole && before.connectors === after.connectors) return;
    // An effect may show elsewhere than at the connector whose alarm it ends.
    this.#senseTwin(isSeen ? undefined : before, after);
  }

  forget(id: string, at: EpochMs): void {
    for (const [key, state] of this.#byChargePoint.get(id) ?? [])
      this.#remove({ chargePointId: id, ...partsOf(key), state }, at);
    this.#byChargePoint.delete(id);
    this.#due.delete(id);
    this.#missing.forget(id);
  }

  announce(): void {
    // What has happened is for those who show it.
  }

  /** A command was accepted and its effect has not been seen in time. */
  effectMissed(chargePointId: string, missed: Missed): void {
    this.#missing.add(chargePointId, missed);
    this.#senseAnew(chargePointId);
  }

  /** Another command has had its effect: what was missing at its place is of the past. */
  effectSeen(chargePointId: string, connector: number): void {
    if (this.#missing.drop(chargePointId, connector)) this.#senseAnew(chargePointId);
  }

  /** Somebody acts on an alarm; answered once that is on disk, or the disk has refused. */
  async act(place: AlarmPlace, act: AlarmAct, requester: Requester): Promise<AlarmOutcome> {
    const outcome = this.#act(place, act, requester);
    const { chargePointId: chargePoint, connector, name: alarm } = place;
    const { user, role, via } = requester;
    const { log, denials } = this.#options;
    const fields = { chargePoint, connector, alarm, act: act.kind, outcome, user, role, via };
    if (outcome === "Denied") denials.log(fields);
    else log.info(fields, "alarm");
    if (outcome === "Done") await this.#keeping.keepNow(place);
    return outcome;
  }

  async stop(): Promise<void> {
    this.#sweep.cancel();
    this.#nextTurn?.cancel();
    await this.#keeping.stop();
  }

  #act(place: AlarmPlace, act: AlarmAct, { role, user }: Requester): AlarmOutcome {
    if (!mayActAs(role, roleFor(act))) return "Denied";
    if (!this.#exists(place)) return "NotKnown";
    const { chargePointId, connector, name } = place;
    const row = alarmsAt(chargePointId, connector).find((each) => each.name === name);
    const before = this.#stateOf(place) ?? calm;
    const acting = { now: this.#options.clock.now(), user, needsConfirmation: row?.needsConfirmation === true };
    const after = actOn(before, act, acting);
    if (typeof after === "string") return after;
    this.#set(place, before, after);
    // What has been enabled may be so; what has been shelved has a time.
    this.#senseAnew(chargePointId);
    return "Done";
  }

  #exists({ chargePointId, connector, name }: AlarmPlace): boolean {
    if (!alarmsAt(chargePointId, connector).some((row) => row.name === name)) return false;
    if (chargePointId === BRIDGE_PLACE) return connector === 0;
    const twin = this.#options.twins.get(chargePointId);
    return twin !== undefined && (connector === 0 || twin.connectors.has(connector));
  }

  #takeUp(alarm: KeptAlarm): void {
    const { chargePointId, connector, name, state } = alarm;
    const { clock, twins } = this.#options;
    if (this.#exists(alarm)) this.#remembered(chargePointId).set(keyOf(connector, name), state);
    // It was taken out of the settings while no bridge ran.
    else if (chargePointId !== BRIDGE_PLACE && twins.get(chargePointId) === undefined) this.#remove(alarm, clock.now());
    // A row or a connector that is no more.
    else this.#keeping.note(alarm, undefined);
  }

  /** Nothing is known any more of an alarm whose charge point is gone. */
  #remove({ state, ...place }: KeptAlarm, at: EpochMs): void {
    const last = removed(state, at);
    if (last !== undefined) this.#options.display.show({ ...place, state: last, isConnected: false }, true);
    this.#keeping.note(place, undefined);
  }

  // --- looking

  #turn(): void {
    this.#nextTurn?.cancel();
    this.#nextTurn = undefined;
    const now = this.#options.clock.now();
    this.#senseBridge();
    let looked = 0;
    for (const [id, due] of this.#due) {
      if (due > now) continue;
      if (++looked > PER_TURN) {
        this.#nextTurn = this.#options.clock.after(NEXT_TURN_MS, () => this.#turn());
        return;
      }
      this.#senseAnew(id);
    }
  }

  #senseAnew(chargePointId: string): void {
    if (chargePointId === BRIDGE_PLACE) return this.#senseBridge();
    const twin = this.#options.twins.get(chargePointId);
    if (twin === undefined) this.#due.delete(chargePointId);
    else this.#senseTwin(undefined, twin);
  }

  #senseBridge(): void {
    const at = { chargePointId: BRIDGE_PLACE, connector: 0 };
    this.#senseAll(at, bridgeAlarms, this.#options.bridge(), false);
    this.#wait(BRIDGE_PLACE);
  }

  #senseTwin(before: Twin | undefined, twin: Twin): void {
    const at = { chargePointId: twin.id, connector: 0 };
    const wasOffline = this.#isOffline(twin.id);
    const hasExpired = this.#missing.expire(twin.id, this.#options.clock.now());
    const isWhole = before === undefined || hasExpired || concernsAll(before, twin);
    // Mostly a connector has measured, which says nothing of the others nor of the charge point.
    if (isWhole) this.#senseAll(at, chargePointAlarms, this.#factsOf(twin, 0), false);
    const isOffline = isWhole ? this.#isOffline(twin.id) : wasOffline;
    const isSame = !isWhole || (!hasExpired && wasOffline === isOffline && concernsNoConnector(before, twin));
    for (const [id, connector] of twin.connectors) {
      const known = isSame ? before?.connectors.get(id) : undefined;
      if (known === connector) continue;
      const rows = known !== undefined && isAsBefore(known, connector) ? meterAlarms : connectorAlarms;
      this.#senseAll({ ...at, connector: id }, rows, { ...this.#factsOf(twin, id), connector }, isOffline);
    }
    this.#wait(twin.id);
  }

  #factsOf(twin: Twin, connector: number): ChargePointFacts {
    return { twin, missing: this.#missing.at(twin.id, connector) };
  }

  #isOffline(chargePointId: string): boolean {
    return this.#stateOf({ chargePointId, connector: 0, name: SUPPRESSING_ALARM })?.active === true;
  }

  #senseAll<Facts>(
    at: Omit<AlarmPlace, "name">,
    rows: readonly Alarm<Facts>[],
    facts: Facts,
    isSuppressed: boolean,
  ): void {
    const { clock } = this.#options;
    const thresholds = this.#thresholdsAt(at.chargePointId);
    const remembered = this.#byChargePoint.get(at.chargePointId);
    for (const row of rows) {
      const found = row.find(facts, thresholds);
      const known = remembered?.get(keyOf(at.connector, row.name));
      if (found === undefined && known === undefined) continue;
      const severity = typeof row.severity === "number" ? row.severity : row.severity(facts);
      const finding = found === undefined ? undefined : { ...found, severity };
      const sensed = { finding, isSuppressed, moves: row.moves === true, ...delaysOf(row, thresholds) };
      const before = known ?? calm;
      this.#set({ ...at, name: row.name }, before, sense(before, sensed, clock.now()));
    }
  }

  /** By its vendor profile a charge point may need longer to come back. */
  #thresholdsAt(chargePointId: string): AlarmThresholds {
    const { thresholds, twins } = this.#options;
    const { connectTimeoutSeconds } = twins.get(chargePointId)?.vendorProfile.flags ?? {};
    if (connectTimeoutSeconds === undefined) return thresholds;
    return { ...thresholds, chargePointOfflineSeconds: connectTimeoutSeconds };
  }

  // --- remembering

  #set(place: AlarmPlace, before: AlarmState, after: AlarmState): void {
    if (after === before) return;
    const key = keyOf(place.connector, place.name);
    if (isCalm(after)) this.#byChargePoint.get(place.chargePointId)?.delete(key);
    else this.#remembered(place.chargePointId).set(key, after);
    // What only waits is shown to nobody.
    if (!isTold(before, after)) return;
    this.#options.display.show({ ...place, state: after, isConnected: this.#isConnected(place.chargePointId) }, true);
    this.#keeping.note(place, after);
  }

  #isConnected(chargePointId: string): boolean {
    return chargePointId === BRIDGE_PLACE || this.#options.twins.get(chargePointId)?.link.state === "Connected";
  }

  #stateOf({ chargePointId, connector, name }: AlarmPlace): AlarmState | undefined {
    return this.#byChargePoint.get(chargePointId)?.get(keyOf(connector, name));
  }

  #remembered(chargePointId: string): Remembered {
    let remembered = this.#byChargePoint.get(chargePointId);
    if (remembered === undefined) this.#byChargePoint.set(chargePointId, (remembered = new Map()));
    return remembered;
  }

  /** Notes when the charge point has to be looked at again. */
  #wait(chargePointId: string): void {
    const remembered = this.#byChargePoint.get(chargePointId);
    if (remembered?.size === 0) this.#byChargePoint.delete(chargePointId);
    const thresholds = this.#thresholdsAt(chargePointId);
    let due = this.#missing.endOf(chargePointId) ?? Infinity;
    for (const [key, state] of remembered ?? []) {
      if (state.pendingSince === 0 && state.shelving === "Unshelved") continue;
      const { connector, name } = partsOf(key);
      const row = alarmsAt(chargePointId, connector).find((each) => each.name === name);
      if (row !== undefined) due = Math.min(due, dueAt(state, delaysOf(row, thresholds)) ?? Infinity);
    }
    if (due === Infinity) this.#due.delete(chargePointId);
    else this.#due.set(chargePointId, due);
  }
}

/** Whether something of the whole has changed that an alarm may look at: signs of life and commands are none of it. */
function concernsAll(before: Twin, after: Twin): boolean {
  return (
    !concernsNoConnector(before, after) ||
    before.status !== after.status ||
    before.clockOffset !== after.clockOffset ||
    before.firmware !== after.firmware ||
    before.signedFirmware !== after.signedFirmware ||
    before.diagnostics !== after.diagnostics ||
    before.log !== after.log ||
    (before.connectors !== after.connectors && hasOtherTransactions(before, after))
  );
}

/** Being away is worse while somebody charges. */
function hasOtherTransactions(before: Twin, after: Twin): boolean {
  for (const [id, { transaction }] of after.connectors)
    if (before.connectors.get(id)?.transaction?.active !== transaction?.active) return true;
  return false;
}

/** What the alarms of connectors look at of their charge point has stayed. */
function concernsNoConnector(before: Twin | undefined, after: Twin): boolean {
  return (
    before?.link === after.link &&
    before.availability === after.availability &&
    before.vendorProfile === after.vendorProfile
  );
}

/** What all alarms but those of the meter look at has stayed. */
function isAsBefore(before: Connector, after: Connector): boolean {
  return before.status === after.status && before.availability === after.availability;
}

function delaysOf(
  { onDelaySeconds = 0, offDelaySeconds = 0 }: Pick<Alarm<never>, "onDelaySeconds" | "offDelaySeconds">,
  thresholds: AlarmThresholds,
): { onDelayMs: number; offDelayMs: number } {
  const seconds = typeof onDelaySeconds === "string" ? thresholds[onDelaySeconds] : onDelaySeconds;
  return { onDelayMs: seconds * 1000, offDelayMs: offDelaySeconds * 1000 };
}

/** What is enabled and what is not belongs to the configuration. */
function roleFor({ kind }: AlarmAct): Role {
  return kind === "enable" || kind === "disable" ? "engineer" : "operator";
}

/** Names of alarms hold no slash. */
function keyOf(connector: number, name: string): string {
  return `${connector}/${name}`;
}

function partsOf(key: string): Pick<AlarmPlace, "connector" | "name"> {
  const slash = key.indexOf("/");
  return { connector: Number(key.slice(0, slash)), name: key.slice(slash + 1) };
}
