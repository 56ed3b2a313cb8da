// Raises occurrences as events (OPC 10000-3 §4.7) at the Server object, the folder of charge points, the charge point and the connector.
// Nothing is made of an occurrence to which nobody listens, and many of them do not hold up the thread.
import {
  DataType,
  LocalizedText,
  Variant,
  type AddressSpace,
  type IEventData,
  type UAEventType,
  type UAObject,
  type VariantOptions,
} from "node-opcua";
import { ordinalOf } from "../datapoints/enumerations.ts";
import { sharedFields, occurrenceTypes, type OccurrenceField, type OccurrenceType } from "../datapoints/occurrences.ts";
import type { Known } from "../datapoints/row.ts";
import type { Occurrence } from "../twin/occurrences.ts";
import type { ChargePoint, ChargePoints } from "./chargePoints.ts";
import { dateOf, scalarOf } from "./dataValues.ts";
import { listenersOf, type EventPlace, type EventPlacesOptions } from "./eventPlaces.ts";
import { InSteps } from "./inSteps.ts";
import { emitEvent } from "./libraryEvents.ts";
import { formatAddress } from "./nodeIds.ts";
import { TYPES, builtInTypeOf, siteNodeId } from "./typeNodes.ts";

/** Raised at a time; then others have their turn. */
const AT_A_TIME = 50;
/** No client's queue holds as many; beyond it the oldest are dropped. */
const MAX_WAITING = 10_000;

export interface EventsOptions {
  readonly addressSpace: AddressSpace;
  readonly chargePoints: ChargePoints;
  /** The folder of all charge points. */
  readonly folder: UAObject;
  /** Runs something once others have had their turn. */
  readonly later: (run: () => void) => void;
  readonly onFault: (error: unknown) => void;
}

interface EventType {
  readonly node: UAEventType;
  /** Fields with the names under which the library takes them. */
  readonly fields: readonly (OccurrenceField & { readonly name: string; readonly key: string })[];
}

export class Events {
  readonly #options: EventsOptions;
  readonly #places: EventPlacesOptions;
  readonly #types: ReadonlyMap<string, EventType>;
  readonly #steps: InSteps<Occurrence>;

  constructor(options: EventsOptions) {
    this.#options = options;
    this.#places = { ...options, server: options.addressSpace.rootFolder.objects.server };
    const handle = (occurrence: Occurrence): void => this.#raise(occurrence);
    this.#steps = new InSteps({ atATime: AT_A_TIME, mostWaiting: MAX_WAITING, later: options.later, handle });
    this.#types = new Map(
      Object.entries<OccurrenceType>(occurrenceTypes).map(([name, type]) => [name, eventType(options, name, type)]),
    );
  }

  /** Raises them in their order: the first at once, the others when it is their turn. */
  raise(occurrences: readonly Occurrence[]): void {
    this.#steps.add(occurrences.filter((occurrence) => this.#listenersOf(occurrence).length > 0));
  }

  #raise(occurrence: Occurrence): void {
    try {
      const listeners = this.#listenersOf(occurrence);
      const event = listeners.length === 0 ? undefined : this.#eventOf(occurrence);
      if (event !== undefined) for (const node of listeners) emitEvent(node, event);
    } catch (error) {
      this.#options.onFault(error);
    }
  }

  /** Whoever listens at the places where it is seen. */
  #listenersOf({ chargePointId, connectorId }: Occurrence): EventPlace[] {
    return listenersOf(this.#places, chargePointId, connectorId);
  }

  /** The event; undefined when the published types do not know it. */
  #eventOf(occurrence: Occurrence): IEventData | undefined {
    const type = this.#types.get(occurrence.type);
    if (type === undefined) return undefined;
    const { at, received, severity, message, chargePointId, connectorId } = occurrence;
    const values = { ChargePointId: chargePointId, ConnectorId: connectorId ?? 0, ...occurrence.fields };
    const fields = type.fields.map(({ key, name, type: dataType }): [string, Variant] => [
      key,
      variantOf(dataType, (values as Readonly<Record<string, Known | undefined>>)[name]),
    ]);
    return this.#options.addressSpace.constructEventData(type.node, {
      ...this.#sourceOf(occurrence),
      time: timeOf(at),
      receiveTime: timeOf(received),
      // The library would put a time where a time zone belongs (OPC 10000-5 §6.4.2); it may be left out.
      localTime: { dataType: DataType.Null },
      message: { dataType: DataType.LocalizedText, value: new LocalizedText({ locale: "en", text: message }) },
      severity: { dataType: DataType.UInt16, value: severity },
      ...Object.fromEntries(fields),
    });
  }

  /** Where it comes from; of a charge point that is no longer known the folder tells. */
  #sourceOf({ chargePointId, connectorId }: Occurrence): Readonly<Record<string, VariantOptions>> {
    const { folder, chargePoints } = this.#options;
    const chargePoint = chargePoints.find(chargePointId);
    if (chargePoint === undefined) return source(folder.nodeId, folder.browseName.name ?? "");
    const connector = connectorOf(chargePoint, connectorId);
    const nodeId = siteNodeId(formatAddress(chargePoint.encodedId, connector, ""));
    return source(nodeId, connector === 0 ? chargePoint.id : `Connector${connector}`);
  }
}

function connectorOf(chargePoint: ChargePoint, connectorId: number | undefined): number {
  return connectorId !== undefined && chargePoint.parts.has(connectorId) ? connectorId : 0;
}

function source(nodeId: UAObject["nodeId"], name: string): Readonly<Record<string, VariantOptions>> {
  return {
    sourceNode: { dataType: DataType.NodeId, value: nodeId },
    sourceName: { dataType: DataType.String, value: name },
  };
}

function eventType({ addressSpace }: EventsOptions, name: string, { fields }: OccurrenceType): EventType {
  const node = addressSpace.findEventType(name, TYPES);
  if (node === null) throw new Error(`${name} is not in the loaded nodesets`);
  const named = Object.entries({ ...sharedFields, ...fields });
  return {
    node,
    fields: named.map(([field, shape]) => ({
      ...shape,
      name: field,
      key: field.charAt(0).toLowerCase() + field.slice(1),
    })),
  };
}

function timeOf(at: number): VariantOptions {
  return { dataType: DataType.DateTime, value: dateOf(at) ?? null };
}

/** A field that says nothing is a Null Variant. */
function variantOf(type: string, value: Known | undefined): Variant {
  const dataType = builtInTypeOf(type);
  const isEnumeration = dataType === DataType.Int32 && type !== "Int32";
  const shown = isEnumeration && value !== undefined ? ordinalOf(type, String(value)) : scalarOf(dataType, value);
  return new Variant(shown === undefined ? {} : { dataType, value: shown });
}
