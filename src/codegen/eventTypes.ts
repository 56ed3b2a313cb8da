// The types of events as tree nodes, made from the table of occurrences (OPC 10000-3 §4.7). Knows no XML and no NodeIds.
import { allFieldsOf, occurrenceTypes, type OccurrenceType } from "../datapoints/occurrences.ts";
import type { TreeNode } from "./nodeTree.ts";

/** Every type with its fields; those of BaseEventType are inherited. */
export function eventTypes(): TreeNode[] {
  return Object.entries<OccurrenceType>(occurrenceTypes).map(([name, type]) => ({
    name,
    owner: "own",
    nodeClass: "ObjectType",
    type: "BaseEventType",
    description: type.description,
    children: Object.entries(allFieldsOf(type)).map(([field, { type: dataType, description }]) => ({
      name: field,
      owner: "own",
      nodeClass: "Variable",
      type: "PropertyType",
      dataType,
      description,
      rule: "Mandatory",
      reference: "HasProperty",
      children: [],
    })),
  }));
}
