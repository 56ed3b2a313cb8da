// The methods of our types, which those of instances are made from. The library reads no Description of a method from a nodeset.
import type { UAMethod, UAObjectType } from "node-opcua";
import { chargePointMethods, connectorMethods, folderMethods, type Method } from "../datapoints/methods.ts";
import { TYPES, type TypeNodes } from "./typeNodes.ts";

/** The method of a type; throws when the nodeset does not hold it. */
export function declarationOf({ name }: Method, type: UAObjectType): UAMethod {
  const declaration = type.getMethodByName(name, TYPES);
  if (declaration === null) throw new Error(`${type.browseName.toString()} has no method ${name}`);
  return declaration;
}

/** Lets the methods of our types say what the published nodeset says of them. */
export function describeMethods({ chargePoint, connector, chargePointFolder }: TypeNodes): void {
  for (const [type, methods] of [
    [chargePoint, chargePointMethods],
    [connector, connectorMethods],
    [chargePointFolder, folderMethods],
  ] as const)
    for (const method of methods) declarationOf(method, type).setDescription(method.description);
}
