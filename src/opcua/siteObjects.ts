// The few ordinary nodes of the site itself: the objects Bridge, IdTags and Decisions, and what stands below the folder of charge points.
// They show the last status that was reported, read-only and delivered on change.
import {
  DataType,
  StatusCodes,
  Variant,
  type Namespace,
  type RolePermissionTypeOptions,
  type UAObject,
  type UAObjectType,
  type UAVariable,
} from "node-opcua";
import {
  bridgeDatapoints,
  certificateDatapoints,
  folderDatapoints,
  idTagDatapoints,
  type BridgeStatus,
} from "../datapoints/bridge.ts";
import { decisionDatapoints } from "../datapoints/decisions.ts";
import type { Datapoint, Value } from "../datapoints/row.ts";
import { BRIDGE, CHARGE_POINTS, DECISIONS, ID_TAGS } from "./nodeIds.ts";
import { permissionsToRead } from "./roles.ts";
import { SITE, TYPES, builtInTypeOf, type TypeNodes } from "./typeNodes.ts";

export interface SiteObjects {
  readonly bridge: UAObject;
  readonly idTags: UAObject;
  readonly decisions: UAObject;
  /** Lists the questions that wait for SCADA. */
  readonly pending: UAVariable;
  /** Shows a status. */
  readonly show: (status: BridgeStatus) => void;
}

/** Adds them. Until the first status they wait for initial data. */
export function addSiteObjects(namespace: Namespace, types: TypeNodes, folder: UAObject): SiteObjects {
  const add = (nodeId: string, description: string, typeDefinition: UAObjectType): UAObject =>
    namespace.addObject({
      browseName: { name: nodeId.slice(1), namespaceIndex: SITE },
      nodeId: `ns=${SITE};s=${nodeId}`,
      description,
      typeDefinition,
      organizedBy: namespace.addressSpace.rootFolder.objects,
    });
  const bridge = add(BRIDGE, "The bridge itself", types.bridge);
  const idTags = add(ID_TAGS, "The list of id tags", types.idTags);
  const decisions = add(DECISIONS, "The questions of charge points that SCADA decides", types.decisions);
  const [pending] = decisionDatapoints.map((datapoint) => addVariable(decisions, DECISIONS, datapoint));
  if (pending === undefined) throw new Error("the table of datapoints has no list of pending questions");
  const shown = [
    ...bridgeDatapoints.map((datapoint) => ({ datapoint, variable: addVariable(bridge, BRIDGE, datapoint) })),
    ...certificateDatapoints.map((datapoint) => ({
      datapoint,
      variable: addVariable(bridge, BRIDGE, datapoint, permissionsToRead("administrator")),
    })),
    ...folderDatapoints.map((datapoint) => ({ datapoint, variable: addVariable(folder, CHARGE_POINTS, datapoint) })),
    ...idTagDatapoints.map((datapoint) => ({ datapoint, variable: addVariable(idTags, ID_TAGS, datapoint) })),
  ];
  return {
    bridge,
    idTags,
    decisions,
    pending,
    show: (status) => {
      for (const { datapoint, variable } of shown) {
        const { type, read } = datapoint.row;
        variable.setValueFromSource(variantOf(type, read(status)), StatusCodes.Good, new Date(status.at));
      }
    },
  };
}

function addVariable(
  parent: UAObject,
  parentPath: string,
  { path, row }: Datapoint,
  rolePermissions?: RolePermissionTypeOptions[],
): UAVariable {
  const variable = parent.namespace.addVariable({
    browseName: { name: path, namespaceIndex: TYPES },
    nodeId: `ns=${SITE};s=${parentPath}/${path}`,
    description: row.description,
    componentOf: parent,
    dataType: row.type,
    accessLevel: "CurrentRead",
    ...(rolePermissions === undefined ? {} : { rolePermissions }),
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
