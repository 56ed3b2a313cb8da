// Reads the events that were announced at an object (OPC 10000-11 §6.5.2): filtered and shown as live ones are, page by page.
import {
  AttributeIds,
  DataType,
  Variant,
  type EventFilter,
  type ExtensionObject,
  type IEventData,
  type ISessionContext,
  type SimpleAttributeOperand,
} from "node-opcua";
import type { EpochMs } from "../std/clock.ts";
import type { AnyOccurrence, History, KeptOccurrence, OccurrencePlace, OccurrenceQuery } from "../twin/ports.ts";
import { ConditionEvent } from "./conditionEvent.ts";
import { fieldsOf, fits, mayReceive } from "./libraryEvents.ts";
import type { Part, Reading, Share } from "./readings.ts";
import { EARLIEST, LATEST } from "./series.ts";

/** Of whose events a history is wanted. */
export type EventScope = Pick<OccurrenceQuery, "chargePointId" | "connector" | "isWithoutBridge">;

export interface EventSubject {
  readonly history: History;
  readonly scope: EventScope;
  readonly context: ISessionContext;
  readonly filter: EventFilter;
  /** Undefined when the published types do not know it. */
  readonly eventOf: (occurrence: AnyOccurrence) => IEventData | undefined;
  /** Of the fields of events what an answer holds. */
  readonly dataOf: (events: readonly Variant[][]) => ExtensionObject;
}

export interface EventWish {
  /** Undefined: from the end backward. */
  readonly start: EpochMs | undefined;
  /** Undefined: as far as the number of events leads. */
  readonly end: EpochMs | undefined;
  /** 0: all. */
  readonly count: number;
}

/** The next events do not fit into what is left of the answer. */
export class AnswerFull extends Error {}

/** Occurrences of one question; between two questions others have their turn. */
const PAGE = 100;
/** A where clause that lets little through does not hold up the client for longer than it takes to look at so many. */
const MAX_EXAMINED = 10_000;

interface Plan {
  readonly from: EpochMs;
  /** Inclusive. */
  readonly to: EpochMs;
  /** Of one answer. */
  readonly perPart: number;
}

interface State {
  /** How many may still come; of an open range only. */
  readonly left: number;
  readonly after: OccurrencePlace | undefined;
}

export function readEvents(subject: EventSubject, { start, end, count }: EventWish): Reading {
  const most = count === 0 ? Infinity : count;
  if (start !== undefined && end !== undefined) {
    // OPC 10000-11 §3.1.8: what is at the end is outside, but where start and end are the same.
    const to = start === end ? end : end < start ? end + 1 : end - 1;
    return readFrom(subject, { from: start, to, perPart: most }, { left: Infinity, after: undefined });
  }
  const [from, to] = start === undefined ? [end ?? LATEST, EARLIEST] : [start, LATEST];
  return readFrom(subject, { from, to, perPart: Infinity }, { left: most, after: undefined });
}

function readFrom(subject: EventSubject, plan: Plan, state: State): Reading {
  return async ({ most, room }): Promise<Part> => {
    const shown = new Shown(subject, { most: Math.min(most, plan.perPart, state.left), room });
    let { after } = state;
    let more = true;
    for (let examined = 0; more && !shown.isFull && examined < MAX_EXAMINED;) {
      const page = await subject.history.readOccurrences({
        ...subject.scope,
        from: plan.from,
        to: plan.to,
        limit: PAGE,
        ...(after === undefined ? {} : { after }),
      });
      const last = shown.add(page.kept);
      after = last ?? after;
      examined += page.kept.length;
      more = page.more || last !== page.kept.at(-1)?.place;
    }
    const left = state.left - shown.events.length;
    const rest = more && left > 0 ? readFrom(subject, plan, { left, after }) : undefined;
    return { data: subject.dataOf(shown.events), count: shown.events.length, rest };
  };
}

/** The events of one answer. */
class Shown {
  readonly events: Variant[][] = [];
  readonly #subject: EventSubject;
  readonly #share: Share;
  #bytes = 0;

  constructor(subject: EventSubject, share: Share) {
    this.#subject = subject;
    this.#share = share;
  }

  get isFull(): boolean {
    const { most, room } = this.#share;
    return this.events.length >= most || room.isShareTaken(this.#bytes);
  }

  /** Adds those that fit the filter, as far as there is room; where the last is that it has looked at. */
  add(kept: readonly KeptOccurrence[]): OccurrencePlace | undefined {
    let last: OccurrencePlace | undefined;
    for (const { place, occurrence } of kept) {
      if (this.isFull) break;
      const fields = this.#fieldsOf(occurrence);
      if (fields !== undefined) {
        const bytes = bytesOf(fields);
        if (!this.#share.room.take(bytes)) {
          if (this.events.length === 0) throw new AnswerFull();
          this.#bytes = Infinity;
          break;
        }
        this.#bytes += bytes;
        this.events.push(fields);
      }
      last = place;
    }
    return last;
  }

  #fieldsOf(occurrence: AnyOccurrence): Variant[] | undefined {
    const { context, filter, eventOf } = this.#subject;
    const event = eventOf(occurrence);
    if (event === undefined || !mayReceive(context, event) || !fits(event, filter.whereClause)) return undefined;
    return selected(event, filter.selectClauses ?? []);
  }
}

/** OPC 10000-11 §5.4.1: a field that is not kept is Null. Only values are (OPC 10000-4 §7.22.3), and which condition it is of. */
function selected(event: IEventData, clauses: readonly SimpleAttributeOperand[]): Variant[] {
  const isKept = (clause: SimpleAttributeOperand): boolean =>
    isOfValue(clause) || (event instanceof ConditionEvent && isConditionId(clause));
  const fields = fieldsOf(event, clauses.filter(isKept));
  let next = 0;
  return clauses.map((clause) => (isKept(clause) ? fields[next++] : undefined) ?? new Variant({}));
}

/** OPC 10000-9 §5.5.2: ConditionId is selected as the NodeId of the instance. */
function isConditionId({ attributeId, browsePath }: SimpleAttributeOperand): boolean {
  const attribute: AttributeIds = attributeId;
  return attribute === AttributeIds.NodeId && (browsePath?.length ?? 0) === 0;
}

function isOfValue({ attributeId, browsePath }: SimpleAttributeOperand): boolean {
  const attribute: AttributeIds = attributeId;
  return attribute === AttributeIds.Value && (browsePath?.length ?? 0) > 0;
}

/** A Variant of a number or a time needs no more. */
const BYTES_OF_SCALAR = 16;

function bytesOf(fields: readonly Variant[]): number {
  let bytes = 0;
  for (const { dataType, value } of fields) {
    bytes += BYTES_OF_SCALAR;
    if (dataType === DataType.String && value !== null) bytes += Buffer.byteLength(value as string);
    else if (dataType === DataType.LocalizedText) bytes += Buffer.byteLength((value as { text?: string }).text ?? "");
  }
  return bytes;
}
