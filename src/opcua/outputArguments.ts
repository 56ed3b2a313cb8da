// What a charge point has answered, as the output arguments of a method: of the types that its OutputArguments declare, null where there is nothing.
import { Variant, VariantArrayType } from "node-opcua";
import { valuesOf, type Argument, type ArgumentValue } from "../datapoints/arguments.ts";
import type { Payload } from "../twin/commands.ts";
import { scalarOf } from "./dataValues.ts";
import { builtInTypeOf } from "./typeNodes.ts";

export function variantsOf(outputs: readonly Argument[], response: Payload): Variant[] {
  const values = valuesOf(outputs, response);
  return outputs.map((argument, index) => variantOf(argument, values[index]));
}

function variantOf({ type, isList }: Argument, value: ArgumentValue): Variant {
  const dataType = builtInTypeOf(type);
  if (Array.isArray(value) !== isList) return new Variant();
  if (!isList) {
    const scalar = scalarOf(dataType, value as string | number | boolean | undefined);
    return scalar === undefined ? new Variant() : new Variant({ dataType, value: scalar });
  }
  const elements = (value as readonly (string | number)[]).map((element) => scalarOf(dataType, element));
  if (elements.includes(undefined)) return new Variant();
  return new Variant({ dataType, arrayType: VariantArrayType.Array, value: elements });
}
