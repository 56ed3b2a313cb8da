// A command as the method call that an OPC UA client makes of it: its request as input arguments, its response as output arguments.
import { DataType, Variant, VariantArrayType } from "node-opcua";
import { argumentsOf, type Argument } from "../../src/datapoints/arguments.ts";
import { ordinalOf } from "../../src/datapoints/enumerations.ts";
import type { OutgoingAction } from "../../src/ocpp/v16/message.ts";
import { fieldsOf } from "../../src/schema/ocpp16.ts";
import type { Answer } from "../opcua/callsInTest.ts";

/** The input arguments for a request, as a client passes them: in the order of the arguments, empty where there is nothing. */
export function inputsOf(action: OutgoingAction, request: Readonly<Record<string, unknown>>): Variant[] {
  return argumentsOf(fieldsOf(action, "request")).map((argument) => variantOf(argument, request[argument.field]));
}

function variantOf({ type, isEnumeration, isList, isJson }: Argument, value: unknown): Variant {
  const shown = textOf(value);
  if (value === undefined) return new Variant();
  if (isJson) return new Variant({ dataType: DataType.String, value: JSON.stringify(value) });
  if (isList) return new Variant({ dataType: DataType.String, arrayType: VariantArrayType.Array, value });
  if (isEnumeration) return new Variant({ dataType: DataType.Int32, value: ordinalOf(type, shown) });
  if (type === "DateTime") return new Variant({ dataType: DataType.DateTime, value: new Date(shown) });
  return new Variant({ dataType: DataType[type as "String"], value });
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : (JSON.stringify(value) ?? ""));

/** What the outputs of a response should hold. */
export function outputsOf(action: OutgoingAction, response: Readonly<Record<string, unknown>>): unknown[] {
  return argumentsOf(fieldsOf(action, "response")).map((argument) => {
    const value = response[argument.field];
    if (value === undefined) return null;
    if (argument.isJson) return JSON.stringify(value);
    if (argument.isEnumeration) return ordinalOf(argument.type, textOf(value));
    return argument.type === "DateTime" ? new Date(textOf(value)) : value;
  });
}

export const valuesOf = ({ outputs }: Answer): unknown[] =>
  outputs.map(({ value }) => (value === undefined ? null : value));
