// Every enumeration of the address space: those of datapoints first, then those that only arguments of methods or fields of events use.
// A list of its own, because the methods need the enumerations and not the other way round.
import { decisionMethods } from "./decisions.ts";
import { usedEnumerations } from "./enumerations.ts";
import { idTagMethods } from "./idTags.ts";
import { chargePointMethods, connectorMethods, folderMethods } from "./methods.ts";
import { occurrenceTypes, type OccurrenceType } from "./occurrences.ts";
import { scalarTypes } from "./row.ts";

/** In order of first use. */
export const allEnumerations: readonly string[] = [
  ...new Set([
    ...usedEnumerations,
    ...[...chargePointMethods, ...connectorMethods, ...folderMethods, ...idTagMethods, ...decisionMethods]
      .flatMap(({ inputs, outputs }) => [...inputs, ...outputs])
      .filter(({ isEnumeration }) => isEnumeration)
      .map(({ type }) => type),
    ...Object.values<OccurrenceType>(occurrenceTypes)
      .flatMap(({ fields }) => Object.values(fields))
      .map(({ type }) => type)
      .filter((type) => !(scalarTypes as readonly string[]).includes(type)),
  ]),
];
