// What travels between the HTTP side and the page, as JSON: shapes only. Times are epoch ms, quantities are in base units; what is
// not known is left out, so that ten thousand charge points stay small.

import type { ExchangePage, LedgerEntry } from "../twin/keptPages.ts";

/** One connector in the table of charge points. */
export interface ConnectorRow {
  readonly id: number;
  /** ChargePointStatus (OCPP 1.6 §7.7). */
  readonly status?: string;
  /** ChargePointErrorCode, where it is not NoError. */
  readonly error?: string;
  /** Since when it has had this status. */
  readonly since?: number;
  /** Power.Active.Import, W. */
  readonly power?: number;
  /** Current.Import of the phase that draws most, A. */
  readonly current?: number;
  /** What the charge point offers the vehicle, A (Current.Offered). */
  readonly offered?: number;
  /** What SetLimit has commanded, A per phase. */
  readonly limit?: number;
  /** Of the running transaction, Wh. */
  readonly energy?: number;
  /** State of charge of the vehicle, %. */
  readonly soc?: number;
  /** Inside the charge point, °C. */
  readonly temperature?: number;
  /** Of the running transaction. */
  readonly transaction?: number;
  readonly tag?: string;
  /** Start of the running transaction. */
  readonly started?: number;
  /** ChangeAvailability has taken it out of service, or will once the transaction ends. */
  readonly inoperative?: true;
  /** Id tag of the reservation. */
  readonly reserved?: string;
}

/** One charge point in the table. Its values are the last ones known where it is not connected. */
export interface ChargePointRow {
  readonly id: string;
  readonly connection: "NeverConnected" | "Connected" | "Disconnected";
  /** Since when it is connected or not. */
  readonly since: number;
  readonly registration: "Accepted" | "Pending" | "Rejected";
  readonly vendor?: string;
  readonly model?: string;
  readonly firmware?: string;
  /** When it was last heard of. */
  readonly heard?: number;
  /** Of connector 0: the charge point itself. */
  readonly status?: string;
  readonly error?: string;
  /** Deviations from OCPP that were tolerated. */
  readonly violations?: number;
  /** Network address from which it has connected last; while it is not accepted. */
  readonly address?: string;
  /** The security profile with which it has connected last; while it is not accepted. */
  readonly profile?: number;
  readonly connectors: readonly ConnectorRow[];
}

/** `GET /api/charge-points`: the whole table as it was at `number` of the events `rows`. */
export interface ChargePointTable {
  readonly number: number;
  readonly rows: readonly ChargePointRow[];
}

/** Event `rows`: what has changed in the table since the number before. The first one only says at which number the stream begins. */
export interface RowsEvent {
  readonly number: number;
  readonly rows: readonly ChargePointRow[];
  /** Identities of those that are known no more. */
  readonly gone: readonly string[];
}

/** One alarm that is active, or waits for somebody; spelt as OPC 10000-9 does. */
export interface AlarmRow {
  /** Empty for the bridge itself. */
  readonly chargePointId: string;
  /** 0 is the charge point itself. */
  readonly connector: number;
  readonly name: string;
  readonly active: boolean;
  readonly acknowledged: boolean;
  readonly confirmed: boolean;
  readonly enabled: boolean;
  readonly suppressed: boolean;
  readonly shelving: "Unshelved" | "TimedShelved" | "OneShotShelved";
  readonly shelvedUntil: number;
  /** 1 to 1000. */
  readonly severity: number;
  readonly message: string;
  readonly comment: string;
  readonly user: string;
  /** Of the change that an acknowledgement or comment is about. */
  readonly sequence: number;
  readonly at: number;
  readonly activeAt: number;
  /** It is to be shown no more: neither retained nor shelved nor disabled. */
  readonly calm?: true;
}

/** Event `alarms`: changed ones; with `whole` all others are calm. */
export interface AlarmsEvent {
  readonly whole: boolean;
  readonly alarms: readonly AlarmRow[];
}

/** One datapoint of one charge point, as OPC UA shows it. */
export interface DatapointValue {
  /** 0 is the charge point itself. */
  readonly connector: number;
  /** Below the charge point or connector, as in the point list. */
  readonly path: string;
  /** null: known that there is nothing. Left out: never received. */
  readonly value?: string | number | boolean | null;
  readonly quality:
    | "Good"
    | "Uncertain"
    | "UncertainLastUsableValue"
    | "BadWaitingForInitialData"
    | "BadNoCommunication";
  /** Source time. */
  readonly at?: number;
  /** Of a configuration key that can be written: the least role that may. */
  readonly writableBy?: SessionView["role"];
  /** A configuration key whose value is never shown. */
  readonly isSecret?: true;
}

/** Event `datapoints`: of the charge point that the page has opened; with `whole` all that it has. */
export interface DatapointsEvent {
  readonly chargePointId: string;
  readonly whole: boolean;
  readonly values: readonly DatapointValue[];
}

/** Event `occurrence`: what OPC UA tells as an event, of the charge point that the page has opened. */
export interface OccurrenceEvent {
  readonly type: string;
  readonly chargePointId: string;
  readonly connectorId?: number;
  readonly severity: number;
  readonly message: string;
  readonly at: number;
  readonly fields: Readonly<Record<string, string | number | boolean | undefined>>;
  /** Of the end of a command: the `reference` with which a page has sent it. */
  readonly reference?: string;
}

/** One sample of a trend: source time, value, quality. Lost is no sample but the mark of a gap, at its begin or its end. */
export type TrendSample = readonly [
  at: number,
  value: number | string | boolean | null,
  quality: "Good" | "Uncertain" | "Bad" | "Lost",
];

/** `GET /api/history` */
export interface TrendView {
  readonly samples: readonly TrendSample[];
  /** There is more behind the last one than can be read at once. */
  readonly more: boolean;
  /** Some part of the range has had so many different texts that not each of them is here: ask for a shorter range. */
  readonly lacksStates?: true;
}

/** Event `bridge`: the bridge's status of itself, once a second. */
export interface BridgeEvent {
  readonly at: number;
  readonly siteName: string;
  readonly version: string;
  readonly startedAt: number;
  readonly knownChargePoints: number;
  readonly connectedChargePoints: number;
  readonly pendingChargePoints: number;
  readonly activeTransactions: number;
  readonly messagesReceivedPerSecond: number;
  readonly messagesSentPerSecond: number;
  readonly storeState: "ok" | "failing";
  readonly scadaMethodState: "off" | "connected" | "unreachable";
  readonly rulesInUse: number;
  /** Empty when the rules files as they are now are in use. */
  readonly rulesError: string;
  readonly serviceLevel: number;
  /** Why it is no better. */
  readonly serviceLevelReasons: readonly string[];
  readonly decisionLatencyMilliseconds: number;
  /** OPC UA clients that have a session. */
  readonly opcuaClients: number;
  /** W, of all connectors that are connected. */
  readonly power: number;
  /** Wh, of the transactions that have ended since midnight at the site, and of those that run and have begun since; left out where it is not known. */
  readonly energyToday?: number;
}

/** `GET /api/session` */
export interface SessionView {
  /** Undefined where nobody has logged in. */
  readonly user?: string;
  /** What whoever asks may do; `none`: log in first. */
  readonly role: "none" | "observer" | "operator" | "engineer" | "administrator";
  /** The password that was printed at the first start is still in use. */
  readonly hasOneTimePassword?: true;
}

/** Body of every answer that is not 2xx. */
export interface Refusal {
  /** One sentence with a way out. */
  readonly error: string;
  /** Where in the body, as a JSON pointer. */
  readonly at?: string;
}

/** One argument of a method, from which a field of a form is made. */
export interface ArgumentView {
  readonly name: string;
  /** Its name in the payload. */
  readonly field: string;
  /** String, Int32, Double, Boolean, DateTime or the like; the name of the enumeration where there are members. */
  readonly type: string;
  /** What it may be, spelt as OCPP does. */
  readonly members?: readonly string[];
  /** A list of such values. */
  readonly isList: boolean;
  /** An object or a list of objects, written as JSON. */
  readonly isJson: boolean;
  readonly isRequired: boolean;
  readonly description: string;
}

/** One method, as OPC UA has it too. */
export interface MethodView {
  readonly name: string;
  readonly description: string;
  /** The least role that may call it. */
  readonly role: SessionView["role"];
  readonly arguments: readonly ArgumentView[];
}

/** `GET /api/commands` */
export interface MethodsView {
  readonly chargePoint: readonly MethodView[];
  readonly connector: readonly MethodView[];
  readonly folder: readonly MethodView[];
}

/** Body of `POST /api/methods`. */
export interface MethodCall {
  /** Empty for a method of the folder. */
  readonly chargePointId: string;
  /** Left out for the charge point itself. */
  readonly connectorId?: number;
  readonly method: string;
  /** By the fields of the arguments. */
  readonly payload: Readonly<Record<string, unknown>>;
}

/** How a question of a charge point was decided; spelt as the fields of DecisionMadeEventType. */
export interface DecisionView {
  readonly at: number;
  readonly action: string;
  /** rule, otherwise, idTags, scada, module, defaults, default. */
  readonly source: string;
  /** Name of the rule that decided; empty where none did. */
  readonly rule: string;
  readonly status: string;
  /** Who was asked beside the rules. */
  readonly asked: string;
  /** User who answered where SCADA did; else empty. */
  readonly answeredBy: string;
  readonly latencyMs: number;
  /** What did not go as the rules say; empty when all did. */
  readonly reason: string;
}

/** `GET /api/transactions/{id}` */
export interface TransactionDetail {
  readonly transaction: LedgerEntry;
  /** Of its Authorize, StartTransaction and StopTransaction, as far as the history has them. */
  readonly decisions: readonly DecisionView[];
}

/** `GET /api/messages` */
export interface MessagesView {
  /** Which messages the settings want kept (store.messageLog.keep). */
  readonly kept: "off" | "errors" | "all";
  readonly page: ExchangePage;
}
