// The methods of our types, which those of instances are made from. The library reads no Description of a method from a nodeset, and holds
// none for executable that it cannot run. What a call does stands in methodCalls.ts.
import { StatusCodes, type UAMethod, type UAObjectType } from "node-opcua";
import { bridgeMethods } from "../datapoints/certificates.ts";
import { decisionMethods } from "../datapoints/decisions.ts";
import { idTagMethods } from "../datapoints/idTags.ts";
import { chargePointMethods, connectorMethods, folderMethods, type Method } from "../datapoints/methods.ts";
import { permissionsToCall } from "./roles.ts";
import { TYPES, type TypeNodes } from "./typeNodes.ts";

/** The method of a type; throws when the nodeset does not hold it. */
export function declarationOf({ name }: Method, type: UAObjectType): UAMethod {
  const declaration = type.getMethodByName(name, TYPES);
  if (declaration === null) throw new Error(`${type.browseName.toString()} has no method ${name}`);
  return declaration;
}

/** Lets the methods of our types say what the published nodeset says of them, and who may call them together with an instance. */
export function completeMethods({
  bridge,
  chargePoint,
  connector,
  chargePointFolder,
  idTags,
  decisions,
}: TypeNodes): void {
  for (const [type, methods] of [
    [bridge, bridgeMethods],
    [chargePoint, chargePointMethods],
    [connector, connectorMethods],
    [chargePointFolder, folderMethods],
    [idTags, idTagMethods],
    [decisions, decisionMethods],
  ] as const)
    for (const method of methods) {
      const declaration = declarationOf(method, type);
      declaration.setDescription(method.description);
      declaration.setRolePermissions(permissionsToCall(method.role));
      // Calls are answered before the library looks at them (libraryCalls.ts).
      declaration.bindMethod((_inputs, _context, done) => done(null, { statusCode: StatusCodes.BadNotExecutable }));
    }
}
