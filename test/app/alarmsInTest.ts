// All alarms over twins that tests change, with what they tell and keep.
import { Alarms, type AlarmsOptions } from "../../src/app/alarms.ts";
import { Sequences } from "../../src/app/announce.ts";
import { apply, introduce, type House } from "../../src/app/apply.ts";
import { Twins } from "../../src/app/twins.ts";
import type { AlarmThresholds } from "../../src/datapoints/alarm.ts";
import type { BridgeFacts } from "../../src/datapoints/alarmFindings.ts";
import { silentLog, type LogFields } from "../../src/std/log.ts";
import { alarmFrom, type AlarmAct, type AlarmRecord, type AlarmState, type KeptAlarm } from "../../src/twin/alarms.ts";
import type { Role } from "../../src/twin/commands.ts";
import type { TwinEvent } from "../../src/twin/events.ts";
import { createTwin } from "../../src/twin/twin.ts";
import { HandClock } from "../ocpp/handClock.ts";

/** As the settings have them where nobody says otherwise. */
export const thresholds: AlarmThresholds = {
  chargePointOfflineSeconds: 120,
  clockOffsetSeconds: 60,
  meterValuesMissingSeconds: 900,
  stuckSeconds: 1800,
  limitExceededSeconds: 60,
  refusedConnections: 10,
  certificateExpiryDays: 30,
};

export const calmBridge: BridgeFacts = {
  storeState: "ok",
  rulesError: "",
  decisionFault: undefined,
  refusals: { count: 0, last: "" },
  duplicate: undefined,
  certificate: undefined,
  certificates: [],
  now: 0,
};

export class AlarmsInTest {
  readonly clock = new HandClock();
  /** `CP001/1 GroundFailure active`, as clients are told. */
  readonly told: string[] = [];
  readonly states = new Map<string, AlarmState>();
  readonly disk = new Map<string, AlarmRecord>();
  readonly twins = new Twins();
  readonly denied: LogFields[] = [];
  facts: BridgeFacts = calmBridge;
  alarms: Alarms;
  house: House;

  constructor(kept: readonly KeptAlarm[] = [], more: Partial<AlarmsOptions> = {}, ids = ["CP001"]) {
    for (const id of ids)
      introduce({ twins: this.twins, projections: [], sequences: new Sequences() }, this.#known(id));
    this.alarms = new Alarms({
      clock: this.clock,
      log: silentLog,
      denials: { log: (fields) => void this.denied.push(fields) },
      thresholds,
      twins: this.twins,
      kept,
      bridge: () => this.facts,
      keep: async (record) => {
        const key = `${record.chargePointId}/${record.connector}/${record.name}`;
        if (record.state === undefined) this.disk.delete(key);
        else this.disk.set(key, record);
        return true;
      },
      isWritable: () => this.facts.storeState === "ok",
      display: {
        show: ({ chargePointId, connector, name, state }) => {
          this.told.push(`${chargePointId}/${connector} ${name} ${wordsOf(state)}`);
          this.states.set(`${chargePointId}/${connector} ${name}`, state);
        },
      },
      ...more,
    });
    this.house = { twins: this.twins, projections: [this.alarms], sequences: new Sequences() };
  }

  happen(...events: TwinEvent[]): void {
    this.happenAt("CP001", ...events);
  }

  happenAt(id: string, ...events: TwinEvent[]): void {
    apply(this.house, this.twins.get(id)!, events);
  }

  act(act: AlarmAct, name = "GroundFailure", connector = 1, role: Role = "operator", chargePointId = "CP001") {
    return this.alarms.act({ chargePointId, connector, name }, act, {
      via: "method",
      role,
      user: "anna",
      isPrivate: true,
    });
  }

  sequence(key: string): number {
    return this.states.get(key)?.sequence ?? -1;
  }

  /** What has been told since it was asked last. */
  news(): string[] {
    return this.told.splice(0);
  }

  /** What another bridge would find. */
  onDisk(): KeptAlarm[] {
    return [...this.disk.values()].map(({ kind: _, state, ...place }) => ({ ...place, state: alarmFrom(state!)! }));
  }

  #known(id: string) {
    const twin = createTwin(id, { status: "Accepted", heartbeatIntervalSeconds: 300 }, 1000);
    const house = { twins: new Twins(), projections: [], sequences: new Sequences() };
    return apply(house, twin, [
      { type: "Linked", at: 1000, received: 1000 },
      { type: "ConnectorKnown", connector: 1 },
      { type: "ConnectorKnown", connector: 2 },
    ]);
  }
}

export function wordsOf({ enabled, active, acknowledged, confirmed, suppressed, shelving }: AlarmState): string {
  const words = [
    enabled ? "" : "disabled",
    active ? "active" : "over",
    acknowledged ? "" : "unacknowledged",
    confirmed ? "" : "unconfirmed",
    suppressed ? "suppressed" : "",
    shelving === "Unshelved" ? "" : shelving,
  ];
  return words.filter((word) => word !== "").join(" ");
}
