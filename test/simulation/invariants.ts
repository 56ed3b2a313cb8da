// What must be true after every event, whenever something happens that it is about, and at the end when everything has healed
// (G1 to G5 of RELIABILITY.md).
import type { Transaction, Twin } from "../../src/twin/twin.ts";
import { qualityOf } from "../../src/datapoints/quality.ts";
import type { Link } from "../../src/ocpp/link.ts";
import type { Projection } from "../../src/twin/ports.ts";
import type { Bridge } from "./bridge.ts";
import type { Answer, ChargePoint } from "./chargePoint.ts";
import type { Disk } from "./disk.ts";
import type { Judge } from "./judge.ts";
import type { Wire } from "./wire.ts";
import type { Owed, TrueTransaction } from "./outbox.ts";

/** G5: nobody may pass for alive longer than silence takes to be noticed. */
export interface Patience {
  readonly longestSilenceMs: number;
}

/** G5: values can be Good exactly as long as its charge point has a live socket, and a dead one is noticed in time. */
export function judgeFreshness(judge: Judge, bridge: Bridge, now: number, { longestSilenceMs }: Patience): void {
  const { house, links } = bridge;
  if (house === undefined || links === undefined || bridge.life.isOver) return;
  for (const twin of house.twins.all()) {
    const link = links.get(twin.id);
    const isGood = qualityOf(false, twin.link.state, true, undefined) === "Good";
    const isHeld = link?.isOpen === true;
    if (isGood && !isHeld) judge.blame("G5", `values of ${twin.id} are Good and it has no socket`);
    if (!isGood && isHeld) judge.blame("G4", `${twin.id} has a socket and its values are not Good`);
    const heardAt = link === undefined ? now : (bridge.wireOf(link)?.bridgeEnd.heardAt ?? now);
    if (isGood && now - heardAt > longestSilenceMs)
      judge.blame("G5", `values of ${twin.id} are Good and nothing was heard for ${Math.round(now - heardAt)} ms`);
  }
}

/** G5: whatever was measured before a charge point has come back is not Good again until it is measured again. */
export function judgeReturn(judge: Judge, bridge: Bridge, wire: Wire): void {
  const twin = bridge.house?.twins.get(wire.identity);
  const link = bridge.links?.get(wire.identity);
  if (twin === undefined || link === undefined || bridge.wireOf(link) !== wire) return;
  for (const { readings } of [twin.meter, ...[...twin.connectors.values()].map(({ meter }) => meter)])
    for (const { point, stale } of readings)
      if (qualityOf(false, twin.link.state, true, stale === true ? "stale" : undefined) === "Good")
        judge.blame("G5", `reading ${point} of ${twin.id} is Good, and was measured before it came back`);
}

/** G5: within one life of the bridge the energy of a transaction never decreases while it runs; at its end the charge point's register counts. */
export function energyWitness(judge: Judge): Projection {
  const energyOf = (twin: Twin | undefined, connector: number): Transaction | undefined =>
    twin?.connectors.get(connector)?.transaction;
  return {
    publish: (before, after) => {
      for (const connector of after.connectors.keys()) {
        const [was, is] = [energyOf(before, connector), energyOf(after, connector)];
        if (is?.active !== true || was?.transactionId !== is.transactionId || was.energy === undefined) continue;
        if ((is.energy ?? 0) < was.energy)
          judge.blame("G5", `the energy of ${after.id}/${connector} fell from ${was.energy} to ${is.energy ?? 0}`);
      }
    },
    forget: () => {},
    announce: () => {},
  };
}

/** G4: calls are handled in the order in which they were sent, without leaving one out, one at a time, over the socket that counts. */
export class OrderWitness {
  readonly #judge: Judge;
  /** Of each link: how many of the calls that were sent over its wire have had their turn. */
  readonly #reached = new Map<Link, number>();
  readonly #busy = new Set<Link>();

  constructor(judge: Judge) {
    this.#judge = judge;
  }

  handling(bridge: Bridge, link: Link, callId: string): () => void {
    const { identity } = link;
    if (this.#busy.has(link)) this.#judge.blame("G4", `two calls of ${identity} are handled at the same time`);
    if (bridge.links?.get(identity) !== link)
      this.#judge.blame("G4", `a call of ${identity} is handled that came over a superseded socket`);
    const sent = bridge.wireOf(link)?.sent ?? [];
    const place = this.#reached.get(link) ?? 0;
    if (sent[place] !== callId)
      this.#judge.blame("G4", `call ${callId} of ${identity} is handled out of order, ${sent[place]} would be next`);
    this.#reached.set(link, place + 1);
    this.#busy.add(link);
    return () => void this.#busy.delete(link);
  }
}

/** G1, G2: what answers confirm, by charge point. */
export class Confirmations {
  readonly #judge: Judge;
  readonly #byId = new Map<number, TrueTransaction>();

  constructor(judge: Judge) {
    this.#judge = judge;
  }

  note({ id }: ChargePoint, { action, transaction }: Owed, payload: Answer): void {
    if (action === "StopTransaction" && transaction.end !== undefined) transaction.end.isConfirmed = true;
    if (action !== "StartTransaction") return;
    const given = Number(payload["transactionId"]);
    const other = this.#byId.get(given);
    if (other !== undefined && other !== transaction)
      this.#judge.blame("G2", `the id ${given} was given twice, to ${id} for its start of ${transaction.timestamp}`);
    if (transaction.transactionId !== undefined && transaction.transactionId !== given)
      this.#judge.blame("G2", `a start of ${id} got ${given}, and ${transaction.transactionId} when it was sent first`);
    this.#byId.set(given, transaction);
    transaction.transactionId = given;
  }
}

interface Row {
  readonly transaction_id: number;
  readonly charge_point: string;
  readonly connector: number;
  readonly id_tag: string;
  readonly meter_start: number;
  readonly ended_by: string | null;
  readonly meter_stop: number | null;
  readonly energy: number | null;
  readonly flags: string;
}

/** G1, G2: what was confirmed is on disk, each once and as it was; at the end nothing else is. */
export function judgeLedger(judge: Judge, disk: Disk, chargePoints: readonly ChargePoint[]): void {
  const rows = disk.rows<Row>("SELECT * FROM transactions");
  const byTransaction = Map.groupBy(rows, ({ charge_point, ...row }) => keyOf(charge_point, row));
  for (const { id, transactions } of chargePoints)
    for (const transaction of transactions) {
      const { connectorId: connector, idTag: id_tag, meterStart: meter_start } = transaction;
      const key = keyOf(id, { connector, id_tag, meter_start });
      judgeTransaction(judge, key, { transaction, rows: byTransaction.get(key) ?? [] });
      byTransaction.delete(key);
    }
  for (const key of byTransaction.keys()) judge.blame("G2", `no charge point has ever begun ${key}`);
}

/** A charge point's register only rises: no two of its transactions on a connector begin at the same. */
function keyOf(
  id: string,
  { connector, id_tag, meter_start }: Pick<Row, "connector" | "id_tag" | "meter_start">,
): string {
  return `${id}/${connector} by ${id_tag} from ${meter_start} Wh`;
}

interface Found {
  readonly transaction: TrueTransaction;
  readonly rows: readonly Row[];
}

function judgeTransaction(judge: Judge, key: string, { transaction, rows }: Found): void {
  const { transactionId, end } = transaction;
  const [row, ...others] = rows;
  if (others.length > 0) judge.blame("G2", `${key} has become ${rows.length} transactions`);
  if (transactionId === undefined) return;
  if (row === undefined) return judge.blame("G1", `${key} was confirmed with ${transactionId} and is lost`);
  if (row.transaction_id !== transactionId)
    judge.blame("G2", `${key} was confirmed with ${transactionId} and is kept as ${row.transaction_id}`);
  // Without a boot in between nothing speaks for that (src/ocpp/v16/lostTransaction.ts).
  if (transaction.hasBooted !== true && (row.ended_by === "bridge" || row.flags.split(" ").includes("late")))
    judge.blame("G1", `${key} was taken for lost, and its charge point has not booted`);
  if (end?.isConfirmed !== true) return;
  if (row.ended_by !== "chargePoint" || row.meter_stop !== end.meterStop)
    judge.blame("G1", `the end of ${key} was confirmed and is lost`);
  else if (row.energy !== end.meterStop - transaction.meterStart)
    judge.blame("G5", `${key} took ${end.meterStop - transaction.meterStart} Wh, and ${row.energy} are kept`);
}

/** After healing: everything has been delivered, and the bridge shows what is. */
export function judgeHealing(judge: Judge, bridge: Bridge, chargePoints: readonly ChargePoint[]): void {
  for (const { id, outbox, wire, transactions } of chargePoints) {
    if (outbox.size > 0)
      judge.blame("healing", `${id} still owes ${outbox.size} messages, first ${outbox.first?.action}`);
    if (wire === undefined || bridge.links?.get(id) === undefined) judge.blame("healing", `${id} is not connected`);
    const newest = new Map(transactions.map((transaction) => [transaction.connectorId, transaction]));
    for (const [connector, { transaction }] of bridge.house?.twins.get(id)?.connectors ?? [])
      judgeShown(judge, `${id}/${connector}`, { shown: transaction, newest: newest.get(connector) });
    for (const { idTag } of transactions)
      if (!bridge.isFree(idTag)) judge.blame("healing", `${idTag} is taken to be charging, and nobody charges`);
  }
}

interface Shown {
  readonly shown: Transaction | undefined;
  readonly newest: TrueTransaction | undefined;
}

function judgeShown(judge: Judge, place: string, { shown, newest }: Shown): void {
  if (shown?.active === true) judge.blame("healing", `${place} shows a transaction that its charge point has ended`);
  if (shown?.transactionId !== newest?.transactionId)
    judge.blame(
      "healing",
      `${place} shows transaction ${shown?.transactionId}, and the newest is ${newest?.transactionId}`,
    );
  const energy = newest?.end && newest.end.meterStop - newest.meterStart;
  if (shown?.energy !== energy) judge.blame("healing", `${place} shows ${shown?.energy} Wh, and it took ${energy} Wh`);
}

/** After healing: nothing that the charge point has ended is open, and every end has found its start. */
export function judgeOpenEnds(judge: Judge, disk: Disk): void {
  const open = disk.rows<Row>("SELECT * FROM transactions WHERE ended_by IS NOT 'chargePoint'");
  for (const row of open) judge.blame("healing", `${keyOf(row.charge_point, row)} has not ended on disk`);
  const orphans = disk.rows<{ charge_point: string; transaction_id: number }>("SELECT * FROM stops_without_start");
  for (const { charge_point: id, transaction_id: number } of orphans)
    judge.blame("G1", `the end of ${number} of ${id} has found no start`);
}
