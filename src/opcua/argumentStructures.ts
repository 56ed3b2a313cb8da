// The arguments of methods as the Argument structures that clients read (OPC 10000-3 §8.6).
import { Argument as ArgumentStructure, DataType, Variant, VariantArrayType, type NodeId } from "node-opcua";
import type { Argument } from "../datapoints/arguments.ts";

/** The value of InputArguments or OutputArguments. */
export function structuresOf(list: readonly Argument[], dataTypes: ReadonlyMap<string, NodeId>): Variant {
  const value = list.map(({ name, type, isList, description }) => {
    const dataType = dataTypes.get(type);
    if (dataType === undefined) throw new Error(`no DataType for the argument ${name}`);
    const rank = isList ? { valueRank: 1, arrayDimensions: [0] } : { valueRank: -1 };
    return new ArgumentStructure({ name, dataType, description: { text: description }, ...rank });
  });
  return new Variant({ dataType: DataType.ExtensionObject, arrayType: VariantArrayType.Array, value });
}
