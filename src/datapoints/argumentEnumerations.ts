// Every enumeration of the address space: those of datapoints first, then those that only arguments of methods use. A list of its own,
// because the methods need the enumerations and not the other way round.
import { usedEnumerations } from "./enumerations.ts";
import { chargePointMethods, connectorMethods, folderMethods } from "./methods.ts";

/** In order of first use. */
export const allEnumerations: readonly string[] = [
  ...new Set([
    ...usedEnumerations,
    ...[...chargePointMethods, ...connectorMethods, ...folderMethods]
      .flatMap(({ inputs, outputs }) => [...inputs, ...outputs])
      .filter(({ isEnumeration }) => isEnumeration)
      .map(({ type }) => type),
  ]),
];
