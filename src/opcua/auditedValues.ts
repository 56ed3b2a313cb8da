// What audit events show of arguments and values: no secret, whatever type bears it, and nothing long, for events wait in the queues of
// whoever listens.
import {
  AttributeIds,
  DataType,
  DataValue,
  LocalizedText,
  NodeId,
  NodeIdType,
  QualifiedName,
  Variant,
  VariantArrayType,
  type VariantOptions,
} from "node-opcua";
import type { Argument } from "../datapoints/arguments.ts";
import { hideSecrets } from "../twin/hideSecrets.ts";
import { MASK } from "../twin/urlSecrets.ts";

/** Bytes of a value as OPC UA encodes it. */
const MOST_BYTES = 4096;
/** More than any method has. */
const MOST_ARGUMENTS = 64;
/** Characters of a NodeId, of an index range or of what a client calls its request. */
const LONGEST_TEXT = 256;

/** One argument may say what another one is: Key and Value of ChangeConfiguration. */
export function shownArguments(given: readonly Variant[], inputs: readonly Argument[]): Variant[] {
  const short = given.slice(0, MOST_ARGUMENTS).map(shortened);
  const texts = short.map(({ value }, index) => [inputs[index]?.field ?? String(index), textOf(value)] as const);
  const shown = hideSecrets(Object.fromEntries(texts)) as Readonly<Record<string, unknown>>;
  const all = short.map((variant, index) => {
    const [name = "", text] = texts[index] ?? [];
    return shownAs(variant, text, shown[name]);
  });
  const omitted = given.length - short.length;
  return omitted === 0 ? all : [...all, textVariant(`(${omitted} more)`)];
}

/** The last part of a NodeId says what a configuration key is. */
export function shownValue(nodeId: NodeId, attributeId: AttributeIds, variant: Variant | undefined): VariantOptions {
  if (variant === undefined) return {};
  const short = shortened(variant);
  if (attributeId !== AttributeIds.Value) return short;
  const key = shownText(String(nodeId.value).split("/").at(-1) ?? "");
  const text = textOf(short.value);
  const { value } = hideSecrets({ key, value: text }) as { readonly value: unknown };
  return shownAs(short, text, value);
}

/** A client may ask for a node by a name without end; one that is cut is the name of none. */
export function shownNodeId(nodeId: NodeId): NodeId {
  const { identifierType, value, namespace } = nodeId;
  const isLong = (typeof value === "string" || Buffer.isBuffer(value)) && value.length > LONGEST_TEXT;
  return isLong ? new NodeId(NodeIdType.STRING, `(${identifierType} of ${value.length})`, namespace) : nodeId;
}

export function shownText(text: string): string {
  return text.slice(0, LONGEST_TEXT);
}

/** Of what is too long nothing is shown, so that nothing of it needs to be hidden. */
function shortened(variant: Variant): Variant {
  const bytes = variant.binaryStoreSize();
  return bytes > MOST_BYTES ? textVariant(`(${bytes} bytes)`) : variant;
}

/** What there is to read in a value of any type; what cannot be looked through is as good as a secret. */
function textOf(value: unknown): unknown {
  if (Buffer.isBuffer(value)) return value.toString();
  if (value instanceof LocalizedText) return value.text ?? "";
  if (value instanceof QualifiedName) return value.name ?? "";
  if (value instanceof DataValue) return textOf(value.value);
  if (value instanceof Variant) return textOf(value.value);
  if (Array.isArray(value)) return value.map(textOf);
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value) || value instanceof Date) return value;
  try {
    return JSON.stringify(value);
  } catch {
    return MASK;
  }
}

/** The value as it came where there was nothing to hide. */
function shownAs(variant: Variant, text: unknown, shown: unknown): Variant {
  if (text !== MASK && JSON.stringify(text) === JSON.stringify(shown)) return variant;
  if (!Array.isArray(shown)) return textVariant(typeof shown === "string" ? shown : MASK);
  const value = shown.map((each: unknown) => (typeof each === "string" ? each : MASK));
  return new Variant({ dataType: DataType.String, arrayType: VariantArrayType.Array, value });
}

function textVariant(value: string): Variant {
  return new Variant({ dataType: DataType.String, value });
}
