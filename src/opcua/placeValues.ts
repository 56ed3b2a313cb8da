// Values and DataTypes of virtual nodes that follow from their place alone, without any datapoint's value.
import { DataType, Range, Variant, makeEUInformation } from "node-opcua";
import { tableFor } from "../datapoints/table.ts";
import { UNECE_NAMESPACE } from "../datapoints/units.ts";
import type { ChargePoint } from "./chargePoints.ts";
import type { Place } from "./shape.ts";
import { DEVICE_HEALTH } from "./typeNodes.ts";

/** BrowseName of the DataType. */
export function dataTypeNameOf({ role, datapoint }: Place): string {
  switch (role) {
    case "engineeringUnits":
      return "EUInformation";
    case "euRange":
      return "Range";
    case "arguments":
      return "Argument";
    case "deviceHealth":
      return DEVICE_HEALTH;
    case "historicalEventFilter":
      return "EventFilter";
    case "datapoint":
      return datapoint?.row.type ?? "";
    default:
      return "String";
  }
}

/** The value of EngineeringUnits or EURange (OPC 10000-8 §5.6.2). */
export function propertyOf({ role, datapoint }: Place): Variant {
  const { unit, range } = datapoint?.row ?? {};
  if (role === "euRange" && range !== undefined) {
    const value = new Range({ low: range[0], high: range[1] });
    return new Variant({ dataType: DataType.ExtensionObject, value });
  }
  const value = makeEUInformation("", unit?.symbol ?? "", unit?.name ?? "");
  value.namespaceUri = UNECE_NAMESPACE;
  value.unitId = unit?.unitId ?? -1;
  return new Variant({ dataType: DataType.ExtensionObject, value });
}

/** Grows with everything that has appeared below the charge point, and is therefore the same after every restart. */
export function nodeVersionOf({ parts }: ChargePoint): Variant {
  let nodes = 0;
  for (const [connector, values] of parts) {
    const { fixedCount } = tableFor(connector);
    nodes += 1 + values.countOf(fixedCount, Infinity);
  }
  return new Variant({ dataType: DataType.String, value: String(nodes) });
}
