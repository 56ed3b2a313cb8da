// A twin as a row of the table of charge points. Pure; called for every charge point that has changed, once a second at most.
import { currentOfferedPoint, meterPointOf } from "../twin/measurands.ts";
import { readingAt, type Connector, type Meter, type Twin } from "../twin/twin.ts";
import type { ChargePointRow, ConnectorRow } from "./shapes.ts";

const powerPoint = pointOf("Power.Active.Import", "Outlet");
const currentPoint = pointOf("Current.Import", "Outlet");
const phasePoints = (["L1", "L2", "L3"] as const).map((phase) => pointOf("Current.Import", "Outlet", phase));
const socPoint = pointOf("SoC", "EV");
const temperaturePoint = pointOf("Temperature", "Body");

function pointOf(measurand: string, location: "Outlet" | "EV" | "Body", phase: "" | "L1" | "L2" | "L3" = ""): number {
  const point = meterPointOf(measurand, phase, location);
  if (point === undefined) throw new Error(`there is no meter point of ${measurand} at ${location}`);
  return point;
}

/** What is not known is left out: undefined members do not become JSON. */
export function rowOf(twin: Twin): ChargePointRow {
  const { id, link, registration, identification, status, violations } = twin;
  const isAccepted = registration.status === "Accepted";
  return drop({
    id,
    connection: link.state,
    since: link.at,
    registration: registration.status,
    vendor: identification?.vendor,
    model: identification?.model,
    firmware: identification?.firmwareVersion,
    heard: twin.lastMessage?.received,
    status: status?.status,
    error: errorOf(status?.errorCode),
    violations: violations?.count,
    address: isAccepted ? undefined : link.remoteAddress,
    profile: isAccepted ? undefined : link.securityProfile,
    connectors: Array.from(twin.connectors.values(), connectorRowOf),
  });
}

/** W, of all its connectors; 0 while it is not connected, for then it is not known. */
export function powerOf({ connection, connectors }: ChargePointRow): number {
  return connection === "Connected" ? connectors.reduce((sum, { power = 0 }) => sum + power, 0) : 0;
}

function connectorRowOf(connector: Connector): ConnectorRow {
  const { id, status, meter, transaction, availability, reservation, profiles } = connector;
  const running = transaction?.active === true ? transaction : undefined;
  return drop({
    id,
    status: status?.status,
    error: errorOf(status?.errorCode),
    since: status?.at,
    power: valueAt(meter, powerPoint),
    current: currentOf(meter),
    offered: valueAt(meter, currentOfferedPoint),
    limit: profiles?.findLast(({ amperes }) => amperes !== undefined)?.amperes,
    energy: running?.energy,
    soc: valueAt(meter, socPoint),
    temperature: valueAt(meter, temperaturePoint),
    transaction: running?.transactionId,
    tag: running?.idTag,
    started: running?.start.at,
    inoperative: availability?.type === "Inoperative" ? true : undefined,
    reserved: reservation?.idTag,
  });
}

/** One that was not renewed in time says nothing of now; the faceplate shows it as what it is. */
function valueAt(meter: Meter, point: number): number | undefined {
  const reading = readingAt(meter, point);
  return reading?.stale === true ? undefined : reading?.value;
}

/** Of the phase that draws most; without phases all there is, for with phases that would be their sum. */
function currentOf(meter: Meter): number | undefined {
  const known = phasePoints.map((point) => valueAt(meter, point)).filter((value) => value !== undefined);
  return known.length === 0 ? valueAt(meter, currentPoint) : Math.max(...known);
}

function errorOf(errorCode: string | undefined): string | undefined {
  return errorCode === "NoError" ? undefined : errorCode;
}

/** The same object, whose undefined members count as left out: JSON has none of them. */
function drop<T>(row: { readonly [Key in keyof T]: T[Key] | undefined }): T {
  return row as T;
}
