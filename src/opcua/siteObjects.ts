// The few ordinary nodes of the site itself: the object Bridge, and what stands below the folder of charge points.
// They show the last status that was reported, read-only and delivered on change.
import { DataType, StatusCodes, Variant, type Namespace, type UAObject, type UAVariable } from "node-opcua";
import { bridgeDatapoints, folderDatapoints, type BridgeStatus, type SiteDatapoint } from "../datapoints/bridge.ts";
import type { Value } from "../datapoints/row.ts";
import { BRIDGE, CHARGE_POINTS } from "./nodeIds.ts";
import { SITE, TYPES, builtInTypeOf, type TypeNodes } from "./typeNodes.ts";

/** Adds them; answers what shows a status. Until the first one they wait for initial data. */
export function addSiteObjects(
  namespace: Namespace,
  types: TypeNodes,
  folder: UAObject,
): (status: BridgeStatus) => void {
  const bridge = namespace.addObject({
    browseName: { name: "Bridge", namespaceIndex: SITE },
    nodeId: `ns=${SITE};s=${BRIDGE}`,
    description: "The bridge itself",
    typeDefinition: types.bridge,
    organizedBy: namespace.addressSpace.rootFolder.objects,
  });
  const shown = [
    ...bridgeDatapoints.map((datapoint) => ({ datapoint, variable: addVariable(bridge, BRIDGE, datapoint) })),
    ...folderDatapoints.map((datapoint) => ({ datapoint, variable: addVariable(folder, CHARGE_POINTS, datapoint) })),
  ];
  return (status) => {
    for (const { datapoint, variable } of shown) {
      const { type, read } = datapoint.row;
      variable.setValueFromSource(variantOf(type, read(status)), StatusCodes.Good, new Date(status.at));
    }
  };
}

function addVariable(parent: UAObject, parentPath: string, { path, row }: SiteDatapoint): UAVariable {
  const variable = parent.namespace.addVariable({
    browseName: { name: path, namespaceIndex: TYPES },
    nodeId: `ns=${SITE};s=${parentPath}/${path}`,
    description: row.description,
    componentOf: parent,
    dataType: row.type,
    accessLevel: "CurrentRead",
    minimumSamplingInterval: 0,
  });
  variable.setValueFromSource(new Variant({ dataType: DataType.Null }), StatusCodes.BadWaitingForInitialData);
  return variable;
}

function variantOf(type: string, value: Value): Variant {
  return new Variant({
    dataType: builtInTypeOf(type),
    value: type === "DateTime" ? new Date(Number(value)) : value,
  });
}
