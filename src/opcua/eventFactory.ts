// Makes of an occurrence the event that OPC UA clients see (OPC 10000-3 §4.7): the same live and from the history, for it depends on nothing
// but the occurrence itself.
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
import { allFieldsOf, occurrenceTypes, type OccurrenceField, type OccurrenceType } from "../datapoints/occurrences.ts";
import type { Known } from "../datapoints/row.ts";
import type { Occurrence } from "../twin/occurrences.ts";
import { dateOf, scalarOf } from "./dataValues.ts";
import { eventIdOf } from "./eventId.ts";
import { setEventId } from "./libraryEvents.ts";
import { MAX_CONNECTOR } from "./messages.ts";
import { encodeId, formatAddress } from "./nodeIds.ts";
import { TYPES, builtInTypeOf, siteNodeId } from "./typeNodes.ts";

interface EventType {
  readonly node: UAEventType;
  /** Fields with the names under which the library takes them. */
  readonly fields: readonly (OccurrenceField & { readonly name: string; readonly key: string })[];
}

export class EventFactory {
  readonly #addressSpace: AddressSpace;
  readonly #folder: UAObject;
  readonly #types: ReadonlyMap<string, EventType>;

  /** @param folder of all charge points */
  constructor(addressSpace: AddressSpace, folder: UAObject) {
    this.#addressSpace = addressSpace;
    this.#folder = folder;
    this.#types = new Map(
      Object.entries<OccurrenceType>(occurrenceTypes).map(([name, type]) => [
        name,
        eventType(addressSpace, name, type),
      ]),
    );
  }

  /** The event; undefined when the published types do not know it. */
  eventOf(occurrence: Occurrence): IEventData | undefined {
    const type = this.#types.get(occurrence.type);
    if (type === undefined) return undefined;
    const { at, received, severity, message, chargePointId, connectorId } = occurrence;
    const values = { ChargePointId: chargePointId, ConnectorId: connectorId ?? 0, ...occurrence.fields };
    const fields = type.fields.map(({ key, name, type: dataType }): [string, Variant] => [
      key,
      variantOf(dataType, (values as Readonly<Record<string, Known | undefined>>)[name]),
    ]);
    const event = this.#addressSpace.constructEventData(type.node, {
      ...this.#sourceOf(occurrence),
      time: timeOf(at),
      receiveTime: timeOf(received),
      // The library would put a time where a time zone belongs (OPC 10000-5 §6.4.2); it may be left out.
      localTime: { dataType: DataType.Null },
      message: { dataType: DataType.LocalizedText, value: new LocalizedText({ locale: "en", text: message }) },
      severity: { dataType: DataType.UInt16, value: severity },
      ...Object.fromEntries(fields),
    });
    setEventId(event, eventIdOf(occurrence));
    return event;
  }

  /** Where it comes from; of a charge point that was not known the folder tells. */
  #sourceOf({ chargePointId, connectorId = 0, isStray }: Occurrence): Readonly<Record<string, VariantOptions>> {
    const folder = this.#folder;
    if (isStray === true) return source(folder.nodeId, folder.browseName.name ?? "");
    const connector = connectorId > 0 && connectorId <= MAX_CONNECTOR ? connectorId : 0;
    const nodeId = siteNodeId(formatAddress(encodeId(chargePointId), connector, ""));
    return source(nodeId, connector === 0 ? chargePointId : `Connector${connector}`);
  }
}

function source(nodeId: UAObject["nodeId"], name: string): Readonly<Record<string, VariantOptions>> {
  return {
    sourceNode: { dataType: DataType.NodeId, value: nodeId },
    sourceName: { dataType: DataType.String, value: name },
  };
}

function eventType(addressSpace: AddressSpace, name: string, type: OccurrenceType): EventType {
  const node = addressSpace.findEventType(name, TYPES);
  if (node === null) throw new Error(`${name} is not in the loaded nodesets`);
  const named = Object.entries(allFieldsOf(type));
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
