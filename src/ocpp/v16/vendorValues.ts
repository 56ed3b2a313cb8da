// What the mappings of a vendor file find in the data of a DataTransfer (OCPP 1.6 §4.3): typed values, or why there are none. Pure. Whatever
// the data are, nothing is shown that is not of the type that the file says.
import { valueAt } from "../../std/jsonPointer.ts";
import type { TwinEvent, VendorReported } from "../../twin/events.ts";
import type { VendorMapping, VendorValueType } from "../../twin/vendorProfile.ts";
import type { IncomingRequest, Moment } from "./message.ts";
import { isInt32, isKept, violated } from "./values.ts";

type Values = VendorReported["values"];
type Value = Values[string];

const LONGEST_TEXT = 512;

/** The mappings for one message. */
export function mappingsFor(
  { vendorId, messageId }: Pick<IncomingRequest<"DataTransfer">, "vendorId" | "messageId">,
  { vendorData }: Moment,
): readonly VendorMapping[] {
  const fits = (mapping: VendorMapping): boolean =>
    mapping.vendorId === vendorId && (mapping.messageId === undefined || mapping.messageId === messageId);
  return vendorData?.mappings.filter(fits) ?? [];
}

/** What was found, by connector, and how much was not as the file says. */
export function reportVendorValues(mappings: readonly VendorMapping[], moment: Moment): TwinEvent[] {
  if (mappings.length === 0) return [];
  const data = contentOf(moment.vendorData?.data);
  const found = new Map<number, Record<string, Value>>();
  const faults: string[] = [];
  for (const mapping of mappings) {
    const { path, name, type } = mapping;
    const connector = connectorOf(data, mapping, moment);
    const value = toType(valueAt(data, path), type);
    if (connector === undefined) faults.push(`data${mapping.connector ?? ""}: is no connector`);
    else if (value === undefined) faults.push(`data${path}: ${demands[type]}`);
    else found.set(connector, { ...found.get(connector), [name]: value });
  }
  const { received } = moment;
  const reported = [...found].map(([connector, values]): TwinEvent => ({
    type: "VendorReported",
    connector,
    values,
    at: received,
    received,
  }));
  const last = faults.at(-1);
  return last === undefined ? reported : [...reported, violated(faults.length, `DataTransfer ${last}`, moment)];
}

/** In OCPP 1.6 the data are a text; most put JSON into it, some send it as it is. What is no JSON is a text. */
function contentOf(data: unknown): unknown {
  if (typeof data !== "string") return data;
  try {
    return JSON.parse(data);
  } catch {
    return data;
  }
}

function connectorOf(data: unknown, { connector }: VendorMapping, moment: Moment): number | undefined {
  if (connector === undefined) return 0;
  const id = valueAt(data, connector);
  return typeof id === "number" && isKept(id, 0, moment) ? id : undefined;
}

const demands: Readonly<Record<VendorValueType, string>> = {
  Double: "must be a number",
  Int32: "must be a whole number of 32 bits",
  Boolean: "must be true or false",
  String: `must be a text of at most ${LONGEST_TEXT} characters`,
};

function toType(value: unknown, type: VendorValueType): Value | undefined {
  switch (type) {
    case "Double":
      return typeof value === "number" && Number.isFinite(value) ? value : undefined;
    case "Int32":
      return typeof value === "number" && isInt32(value) ? value : undefined;
    case "Boolean":
      return typeof value === "boolean" ? value : undefined;
    case "String":
      return typeof value === "string" && value.length <= LONGEST_TEXT ? value : undefined;
  }
}
