// The list of id tags as the local list of a charge point (OCPP 1.6 §3.5, §5.15): in pieces that it takes, with the versions that it
// expects, once more as a whole when it has another version than we think.
import { idTagFieldsOf } from "../datapoints/idTagFields.ts";
import { enumerations, type AuthorizationData } from "../schema/ocpp16.generated.ts";
import type { EpochMs } from "../std/clock.ts";
import type { CallCommand, CommandOutcome, LocalListCommand } from "../twin/commands.ts";
import type { IdTag } from "../twin/idTags.ts";
import type { Twin } from "../twin/twin.ts";
import { apply } from "./apply.ts";
import { afterParts } from "./callChargePoint.ts";
import type { RoadOut, Settled, Wanted } from "./roadOut.ts";

/** A payload may hold anything. */
const unknownType: CommandOutcome = {
  kind: "invalid",
  path: "updateType",
  text: "must be Full or Differential, or be left empty: then only what has changed is sent, where it is known what the charge point has",
};

type Send = (road: RoadOut, wanted: Wanted<CallCommand>) => Promise<Settled>;

/** OCPP 1.6 §9.3.3: every charge point that has a list says it. One that does not gets pieces that any can take. */
const SEND_MAX = "SendLocalListMaxLength";
const LIST_MAX = "LocalAuthListMaxLength";
const FEW = 100;
const MOST_AT_ONCE = 1000;
const HIGHEST_VERSION = 2 ** 31 - 1;

/** Calls the charge point as often as it takes; `send` is the way of one call. */
export async function sendIdTags(road: RoadOut, wanted: Wanted<LocalListCommand>, send: Send): Promise<Settled> {
  const { chargePointId, updateType } = wanted.command;
  if (updateType !== undefined && !enumerations.UpdateType.includes(updateType)) return { outcome: unknownType };
  if (road.fillingLocalList.has(chargePointId))
    return { outcome: { kind: "conflict", text: `${chargePointId} is just being sent the list of id tags` } };
  road.fillingLocalList.add(chargePointId);
  try {
    let sentAt: EpochMs | undefined;
    let answeredAt: EpochMs | undefined;
    const call: Call = async (action, payload) => {
      const settled = await send(road, { ...wanted, command: { kind: "call", chargePointId, action, payload } });
      if (action !== "SendLocalList") return settled.outcome;
      sentAt ??= settled.sentAt;
      answeredAt = settled.answeredAt ?? answeredAt;
      return settled.outcome;
    };
    const outcome = await fill({ road, call, chargePointId }, updateType);
    return { outcome: afterParts(outcome, sentAt), sentAt, answeredAt };
  } finally {
    road.fillingLocalList.delete(chargePointId);
  }
}

type Call = (action: string, payload: CallCommand["payload"]) => Promise<CommandOutcome>;

interface Filling {
  readonly road: RoadOut;
  readonly call: Call;
  readonly chargePointId: string;
}

async function fill(filling: Filling, updateType: LocalListCommand["updateType"]): Promise<CommandOutcome> {
  const unready = (await askBounds(filling)) ?? (await askVersion(filling, false)) ?? tooLong(filling);
  if (unready !== undefined) return unready;
  const outcome = await sendPieces(filling, updateType === "Full");
  if (statusOf(outcome) !== "VersionMismatch") return outcome;
  filling.road.log.info(
    { chargePoint: filling.chargePointId },
    "has another version of its local list; it is sent as a whole",
  );
  return (await askVersion(filling, true)) ?? sendPieces(filling, true);
}

/** Undefined once it is known what it takes, or that it does not say. */
async function askBounds(filling: Filling): Promise<CommandOutcome | undefined> {
  if (boundOf(filling, SEND_MAX) !== undefined) return undefined;
  const outcome = await filling.call("GetConfiguration", { key: [SEND_MAX, LIST_MAX] });
  return ["answered", "callError", "malformed"].includes(outcome.kind) ? undefined : outcome;
}

/** Undefined once its version is known and there is a list; `anew` asks also where it seems to be known. */
async function askVersion(filling: Filling, anew: boolean): Promise<CommandOutcome | undefined> {
  if (anew || twinOf(filling)?.localList?.version === undefined) {
    const outcome = await filling.call("GetLocalListVersion", {});
    if (outcome.kind !== "answered") return outcome;
  }
  // OCPP 1.6 §6.26
  if (twinOf(filling)?.localList?.version !== -1) return undefined;
  return { kind: "conflict", text: `${filling.chargePointId} says that it has no local list` };
}

function tooLong(filling: Filling): CommandOutcome | undefined {
  const most = boundOf(filling, LIST_MAX);
  const { size } = filling.road.idTags;
  if (most === undefined || size <= most) return undefined;
  const text = `the list has ${size} id tags, and ${filling.chargePointId} takes at most ${most} (${LIST_MAX})`;
  return { kind: "conflict", text };
}

async function sendPieces(filling: Filling, isFull: boolean): Promise<CommandOutcome> {
  const { road, call } = filling;
  const { revision } = road.idTags;
  const { version: present = 0, filled } = twinOf(filling)?.localList ?? {};
  const isKnown = filled !== undefined && filled.version === present && present < HIGHEST_VERSION;
  const news = isFull || !isKnown ? undefined : road.idTags.since(filled.revision);
  const pieces = piecesOf(filling, news === undefined ? [...road.idTags.all()].map(dataOf) : dataOfNews(news));
  // The charge point compares versions of differential updates alone; behind the highest the numbers begin again.
  let version = present + pieces.length < HIGHEST_VERSION ? Math.max(present, 0) : 0;
  // A whole list is also sent when it is empty, so that nothing is left of the one before.
  const updates = pieces.length === 0 && news === undefined ? [[]] : pieces;
  for (const [index, localAuthorizationList] of updates.entries()) {
    const updateType = news === undefined && index === 0 ? "Full" : "Differential";
    const payload = { listVersion: version + 1, updateType, localAuthorizationList };
    const outcome = await call("SendLocalList", payload);
    if (statusOf(outcome) !== "Accepted") return withVersion(outcome, twinOf(filling)?.localList?.version);
    version++;
  }
  const twin = twinOf(filling);
  if (twin !== undefined) apply(road.house, twin, [{ type: "LocalListFilled", version, revision }]);
  return { kind: "answered", response: { status: "Accepted", listVersion: version } };
}

function withVersion(outcome: CommandOutcome, listVersion: number | undefined): CommandOutcome {
  if (outcome.kind !== "answered") return outcome;
  return { ...outcome, response: { ...outcome.response, ...(listVersion !== undefined && { listVersion }) } };
}

function piecesOf(filling: Filling, data: readonly AuthorizationData[]): AuthorizationData[][] {
  const most = Math.min(boundOf(filling, SEND_MAX) ?? FEW, MOST_AT_ONCE);
  return Array.from({ length: Math.ceil(data.length / most) }, (_, piece) =>
    data.slice(piece * most, (piece + 1) * most),
  );
}

function dataOf(entry: IdTag): AuthorizationData {
  const { idTag, expiryDate, parentIdTag } = idTagFieldsOf(entry);
  const { status } = entry;
  return {
    idTag,
    idTagInfo: { status, ...(expiryDate !== "" && { expiryDate }), ...(parentIdTag !== "" && { parentIdTag }) },
  };
}

/** OCPP 1.6 §7.1: without idTagInfo an entry is removed. */
function dataOfNews({ set, removed }: NonNullable<ReturnType<RoadOut["idTags"]["since"]>>): AuthorizationData[] {
  return [...removed.map((idTag) => ({ idTag })), ...set.map(dataOf)];
}

/** What the charge point has said of itself; undefined where that is no bound. */
function boundOf(filling: Filling, key: string): number | undefined {
  const bound = Number(twinOf(filling)?.configuration?.get(key.toLowerCase())?.value);
  return Number.isInteger(bound) && bound > 0 ? bound : undefined;
}

function twinOf({ road, chargePointId }: Filling): Twin | undefined {
  return road.house.twins.get(chargePointId);
}

function statusOf(outcome: CommandOutcome): unknown {
  return outcome.kind === "answered" ? outcome.response["status"] : undefined;
}
