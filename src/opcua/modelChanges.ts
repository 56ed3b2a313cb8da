// Tells clients what has come into the address space and what has left it: NodeVersion and GeneralModelChangeEvents (OPC 10000-3 §9.32), one event a batch.
import {
  DataType,
  LocalizedText,
  ModelChangeStructureDataType,
  VariantArrayType,
  type AddressSpace,
  type NodeId,
  type UAObject,
  type UAVariable,
} from "node-opcua";
import type { ListedKey } from "../datapoints/configuration.ts";
import { METER_GROUP } from "../datapoints/meter.ts";
import { tableFor } from "../datapoints/table.ts";
import { VENDOR_GROUP, firstVendorColumn, vendorDatapointAt } from "../datapoints/vendor.ts";
import type { Clock } from "../std/clock.ts";
import { locations, meterPoints, phases, totalPointOf } from "../twin/measurands.ts";
import type { VendorDatapoint } from "../twin/vendorProfile.ts";
import type { Structure } from "./applyBatch.ts";
import type { ChargePoint } from "./chargePoints.ts";
import { pathOfKey } from "./configurationKeys.ts";
import { textOfChanges } from "./modelChangeText.ts";
import { formatAddress } from "./nodeIds.ts";
import { siteNodeId, type TypeNodes } from "./typeNodes.ts";

/** Verbs of a ModelChangeStructureDataType (OPC 10000-5 §12.16). */
const NODE_ADDED = 1;
const NODE_DELETED = 2;
const REFERENCE_ADDED = 4;
const REFERENCE_DELETED = 8;

/** On the scale from 1 to 1000 (OPC 10000-5 §6.4.2): to be known, not to be acted upon. */
const SEVERITY = 100;

const POINTS_PER_LOCATION = meterPoints.length / locations.length;

/** More changes than this are told by the nodes alone whose NodeVersion has changed; the client has to browse them anew anyway. */
const MAX_CHANGES = 1000;

export interface ModelChangesOptions {
  readonly addressSpace: AddressSpace;
  readonly types: TypeNodes;
  /** The folder of all charge points and its NodeVersion. */
  readonly folder: UAObject;
  readonly folderVersion: UAVariable;
  readonly clock: Clock;
  /** What vendor files fill, in the order of its columns. */
  readonly vendorDatapoints: readonly VendorDatapoint[];
}

export class ModelChanges implements Structure {
  readonly #options: ModelChangesOptions;
  #changes: ModelChangeStructureDataType[] = [];
  #added = new Set<ChargePoint>();
  #removed = new Set<ChargePoint>();
  #changed = new Set<ChargePoint>();
  #version = 0;

  constructor(options: ModelChangesOptions) {
    this.#options = options;
  }

  added(chargePoint: ChargePoint): void {
    this.#added.add(chargePoint);
    this.#push(chargePoint.encodedId, this.#options.types.chargePoint.nodeId, NODE_ADDED);
  }

  removed(chargePoint: ChargePoint): void {
    this.#removed.add(chargePoint);
    this.#push(chargePoint.encodedId, this.#options.types.chargePoint.nodeId, NODE_DELETED);
  }

  connectorAdded(chargePoint: ChargePoint, connector: number): void {
    this.#changed.add(chargePoint);
    const id = formatAddress(chargePoint.encodedId, connector, "");
    this.#push(id, this.#options.types.connector.nodeId, NODE_ADDED);
  }

  columnAdded(chargePoint: ChargePoint, connector: number, column: number): void {
    this.#changed.add(chargePoint);
    const vendors = vendorDatapointAt(this.#options.vendorDatapoints, connector, column);
    if (vendors !== undefined) return this.#vendorColumnAdded(chargePoint, connector, vendors);
    const { datapoints, fixedCount } = tableFor(connector);
    const values = chargePoint.parts.get(connector);
    const { analogUnitRange, meterValues } = this.#options.types;
    const add = (path: string, type: NodeId): void =>
      this.#push(formatAddress(chargePoint.encodedId, connector, path), type, NODE_ADDED);
    // The first column of a location brings its group, the first of a measurand the measurand's own node.
    const point = column - fixedCount;
    const location = fixedCount + point - (point % POINTS_PER_LOCATION);
    const total = fixedCount + totalPointOf(point);
    const isAlone = (from: number, count: number): boolean => values?.countOf(from, from + count) === 1;
    const { location: place = "Outlet" } = meterPoints[point] ?? {};
    if (place !== "Outlet" && isAlone(location, POINTS_PER_LOCATION))
      add(`${METER_GROUP}/${place}`, meterValues.nodeId);
    if (isAlone(total, phases.length)) add(datapoints[total]?.path ?? "", analogUnitRange.nodeId);
    if (column !== total) add(datapoints[column]?.path ?? "", analogUnitRange.nodeId);
  }

  #vendorColumnAdded(chargePoint: ChargePoint, connector: number, { name, unit }: VendorDatapoint): void {
    const { analogUnit, baseDataVariable, functionalGroup } = this.#options.types;
    const first = firstVendorColumn(connector);
    const add = (path: string, type: NodeId): void =>
      this.#push(formatAddress(chargePoint.encodedId, connector, path), type, NODE_ADDED);
    if (chargePoint.parts.get(connector)?.countOf(first, Infinity) === 1) add(VENDOR_GROUP, functionalGroup.nodeId);
    add(`${VENDOR_GROUP}/${name}`, (unit === undefined ? baseDataVariable : analogUnit).nodeId);
  }

  keyAdded(chargePoint: ChargePoint, key: ListedKey): void {
    this.#changed.add(chargePoint);
    const id = formatAddress(chargePoint.encodedId, 0, pathOfKey(key));
    this.#push(id, this.#options.types.baseDataVariable.nodeId, NODE_ADDED);
  }

  #push(id: string, affectedType: NodeId, verb: number): void {
    if (this.#changes.length > MAX_CHANGES) return;
    this.#changes.push(change(siteNodeId(id), affectedType, verb));
  }

  /** Raises one event for everything since the last flush. */
  flush(): void {
    if (this.#changes.length === 0) return;
    const details = this.#changes;
    const added = [...this.#added];
    const removed = [...this.#removed];
    // To nobody has the version of a new one changed.
    const changed = [...this.#changed].filter((chargePoint) => !this.#added.has(chargePoint));
    this.#changes = [];
    this.#added = new Set();
    this.#removed = new Set();
    this.#changed = new Set();
    const versioned = this.#versionedNodes(added.length > 0, removed.length > 0, changed);
    const value = details.length + versioned.length > MAX_CHANGES ? versioned : [...details, ...versioned];
    const message = textOfChanges({ added: added.map(idOf), removed: removed.map(idOf), changed: changed.map(idOf) });
    const now = this.#options.clock.now();
    for (const chargePoint of [...added, ...changed]) chargePoint.structureAt = now;
    for (const { live, encodedId } of changed) {
      const node = live?.get(`${encodedId}/NodeVersion`);
      node?.emit("value_changed", node.space.valueOf(node.position), null);
    }
    this.#options.addressSpace.rootFolder.objects.server.raiseEvent("GeneralModelChangeEventType", {
      changes: { dataType: DataType.ExtensionObject, arrayType: VariantArrayType.Array, value },
      severity: { dataType: DataType.UInt16, value: SEVERITY },
      message: { dataType: DataType.LocalizedText, value: new LocalizedText({ locale: "en", text: message }) },
    });
  }

  /** An entry for each node whose NodeVersion changes, which clients compare with the event (OPC 10000-3 §9.32.2); too many charge points are told by their folder. */
  #versionedNodes(hasAdded: boolean, hasRemoved: boolean, changed: readonly ChargePoint[]): Changes {
    const { folder, types } = this.#options;
    const isFolderAlone = changed.length > MAX_CHANGES - 2;
    const hasNews = hasAdded || isFolderAlone;
    if (hasNews || hasRemoved) this.#advanceFolder();
    const ofFolder = (verb: number): ModelChangeStructureDataType => change(folder.nodeId, folder.typeDefinition, verb);
    return [
      ...(isFolderAlone ? [] : changed).map(({ encodedId }) =>
        change(siteNodeId(encodedId), types.chargePoint.nodeId, REFERENCE_ADDED),
      ),
      ...(hasNews ? [ofFolder(REFERENCE_ADDED)] : []),
      ...(hasRemoved ? [ofFolder(REFERENCE_DELETED)] : []),
    ];
  }

  #advanceFolder(): void {
    this.#version++;
    this.#options.folderVersion.setValueFromSource({ dataType: DataType.String, value: String(this.#version) });
  }
}

type Changes = ModelChangeStructureDataType[];

function change(affected: NodeId, affectedType: NodeId, verb: number): ModelChangeStructureDataType {
  return new ModelChangeStructureDataType({ affected, affectedType, verb });
}

function idOf({ id }: ChargePoint): string {
  return id;
}
