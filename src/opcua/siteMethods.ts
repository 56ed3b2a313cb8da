// The methods of the folder of all charge points and of the site's other objects, as ordinary nodes. What a call of one does stands in methodCalls.ts.
import { DataType, StatusCodes, VariantArrayType, type Argument, type UAMethod, type UAObject } from "node-opcua";
import type { Method } from "../datapoints/methods.ts";
import { structuresOf } from "./argumentStructures.ts";
import type { FoundMethod } from "./methodCalls.ts";
import { declarationOf } from "./methodDeclarations.ts";
import { permissionsToCall } from "./roles.ts";
import { TYPES, UA, type TypeNodes } from "./typeNodes.ts";

/** They name the charge point as an argument, or concern none. */
const NOBODY = { chargePointId: "", connectorId: 0 };

/** Adds them to an object; answers them by the texts of their own NodeIds and of those of their type's methods. */
export function addSiteMethods(
  owner: UAObject,
  methods: readonly Method[],
  { dataTypes }: TypeNodes,
): ReadonlyMap<string, FoundMethod> {
  const added = new Map<string, FoundMethod>();
  for (const method of methods) {
    const { name, description, role, inputs, outputs } = method;
    const node = owner.namespace.addMethod(owner, {
      browseName: { name, namespaceIndex: TYPES },
      nodeId: `${owner.nodeId.toString()}/${name}`,
      description,
      rolePermissions: permissionsToCall(role),
    });
    // Calls are answered before the library looks at them (libraryCalls.ts); a method that is not bound would say that it cannot be called.
    node.bindMethod((_inputs, _context, done) => done(null, { statusCode: StatusCodes.BadNotSupported }));
    for (const [property, list] of [
      ["InputArguments", inputs],
      ["OutputArguments", outputs],
    ] as const)
      if (list.length > 0) addProperty(node, property, structuresOf(list, dataTypes).value as Argument[]);
    for (const { nodeId } of [node, declarationOf(method, owner.typeDefinitionObj)])
      added.set(nodeId.toString(), { node, method, target: NOBODY });
  }
  return added;
}

/** By hand, since the library would name it by a number that may be another after the next start. */
function addProperty(method: UAMethod, name: string, structures: Argument[]): void {
  method.namespace.addVariable({
    browseName: { name, namespaceIndex: UA },
    nodeId: `${method.nodeId.toString()}/${name}`,
    propertyOf: method,
    dataType: "Argument",
    valueRank: 1,
    arrayDimensions: [structures.length],
    accessLevel: "CurrentRead",
    minimumSamplingInterval: 0,
    value: { dataType: DataType.ExtensionObject, arrayType: VariantArrayType.Array, value: structures },
  });
}
