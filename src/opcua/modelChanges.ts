// Tells clients what has come into the address space and what has left it: NodeVersion and GeneralModelChangeEvents (OPC 10000-3 §9.32), one event a batch.
import {
  DataType,
  ModelChangeStructureDataType,
  NodeId,
  VariantArrayType,
  type AddressSpace,
  type UAVariable,
} from "node-opcua";
import { METER_GROUP } from "../datapoints/meter.ts";
import { tableFor } from "../datapoints/table.ts";
import { locations, meterPoints, phases, totalPointOf } from "../twin/measurands.ts";
import type { Structure } from "./applyBatch.ts";
import type { ChargePoint } from "./chargePoints.ts";
import { formatAddress } from "./nodeIds.ts";
import { siteNodeId } from "./virtualSpace.ts";
import type { TypeNodes } from "./typeNodes.ts";

/** Verbs of a ModelChangeStructureDataType (OPC 10000-5 §12.16). */
const NODE_ADDED = 1;
const NODE_DELETED = 2;
const REFERENCE_ADDED = 4;

const POINTS_PER_LOCATION = meterPoints.length / locations.length;

/** More changes than this are told as one change of the folder: the client has to browse anew anyway. */
const MAX_CHANGES = 1000;

export interface ModelChangesOptions {
  readonly addressSpace: AddressSpace;
  readonly types: TypeNodes;
  /** The folder of all charge points and its NodeVersion. */
  readonly folderId: NodeId;
  readonly folderVersion: UAVariable;
}

export class ModelChanges implements Structure {
  readonly #options: ModelChangesOptions;
  #changes: ModelChangeStructureDataType[] = [];
  #changed = new Set<ChargePoint>();
  #folderChanged = false;
  #version = 0;

  constructor(options: ModelChangesOptions) {
    this.#options = options;
  }

  added(chargePoint: ChargePoint): void {
    this.#folderChanged = true;
    this.#push(chargePoint.encodedId, this.#options.types.chargePoint.nodeId, NODE_ADDED);
  }

  removed(chargePoint: ChargePoint): void {
    this.#folderChanged = true;
    this.#push(chargePoint.encodedId, this.#options.types.chargePoint.nodeId, NODE_DELETED);
  }

  connectorAdded(chargePoint: ChargePoint, connector: number): void {
    this.#changed.add(chargePoint);
    const id = formatAddress(chargePoint.encodedId, connector, "");
    this.#push(id, this.#options.types.connector.nodeId, NODE_ADDED);
  }

  columnAdded(chargePoint: ChargePoint, connector: number, column: number): void {
    this.#changed.add(chargePoint);
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

  #push(id: string, affectedType: NodeId, verb: number): void {
    if (this.#changes.length > MAX_CHANGES) return;
    this.#changes.push(new ModelChangeStructureDataType({ affected: siteNodeId(id), affectedType, verb }));
  }

  /** Raises one event for everything since the last flush. */
  flush(): void {
    if (this.#changes.length === 0) return;
    const { addressSpace, folderId, folderVersion } = this.#options;
    if (this.#folderChanged) {
      this.#version++;
      folderVersion.setValueFromSource({
        dataType: DataType.String,
        value: String(this.#version),
      });
    }
    for (const { live, encodedId } of this.#changed) {
      const node = live?.get(`${encodedId}/NodeVersion`);
      node?.emit("value_changed", node.space.valueOf(node.position), null);
    }
    const value =
      this.#changes.length > MAX_CHANGES
        ? [
            new ModelChangeStructureDataType({
              affected: folderId,
              affectedType: NodeId.nullNodeId,
              verb: REFERENCE_ADDED,
            }),
          ]
        : this.#changes;
    this.#changes = [];
    this.#changed = new Set();
    this.#folderChanged = false;
    addressSpace.rootFolder.objects.server.raiseEvent("GeneralModelChangeEventType", {
      changes: { dataType: DataType.ExtensionObject, arrayType: VariantArrayType.Array, value },
    });
  }
}
