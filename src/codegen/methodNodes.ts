// The methods of our types as tree nodes, made from the table of methods. Knows no XML and no NodeIds.
import type { Argument } from "../datapoints/arguments.ts";
import type { Method } from "../datapoints/methods.ts";
import type { TreeNode } from "./nodeTree.ts";

/** The nodes of a table of methods, each with its arguments below it. */
export function methodNodes(methods: readonly Method[]): TreeNode[] {
  return methods.map(({ name, description, inputs, outputs }) => ({
    name,
    owner: "own",
    nodeClass: "Method",
    type: undefined,
    description,
    rule: "Mandatory",
    reference: "HasComponent",
    children: [...argumentsProperty("InputArguments", inputs), ...argumentsProperty("OutputArguments", outputs)],
  }));
}

/** OPC 10000-3 §5.7: a method without arguments has no such property. */
function argumentsProperty(name: string, list: readonly Argument[]): TreeNode[] {
  if (list.length === 0) return [];
  return [
    {
      name,
      owner: "ua",
      nodeClass: "Variable",
      type: "PropertyType",
      dataType: "Argument",
      valueRank: 1,
      length: list.length,
      description: "",
      rule: "Mandatory",
      reference: "HasProperty",
      value: { kind: "arguments", arguments: list },
      children: [],
    },
  ];
}
