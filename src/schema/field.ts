// What a message field is, as everything derived from the schemas sees it: types, validators' tests,
// OPC UA enumerations and method arguments, forms, flags. Knows no particular message.

/** Kinds of value: a JSON type, made precise where the schema says more. */
export type FieldType = "string" | "integer" | "number" | "boolean" | "dateTime" | "enum" | "object" | "array";

/** Form of a value, of a field or of the elements of a list. */
export interface Shape {
  readonly type: FieldType;
  /** Name in the document of a shared type that is not an enumeration: `IdToken`, `IdTagInfo`. */
  readonly definition?: string;
  /** Name in the document of an enumeration: `ChargePointStatus`. */
  readonly enumeration?: string;
  /** Values of the enumeration in the order and spelling of the document. */
  readonly values?: readonly string[];
  /** Length of a text in Unicode code points. */
  readonly maxLength?: number;
  /** A text of further form; `uri` is an address with scheme (RFC 3986). */
  readonly format?: "uri";
  readonly minimum?: number;
  readonly maximum?: number;
  /** Step of a number: 0.1 where OCPP allows one decimal digit. */
  readonly multipleOf?: number;
  /** Smallest number of elements of a list: 1 where the document says 1..*. */
  readonly minItems?: number;
  /** Form of the elements of a list. */
  readonly items?: Shape;
  /** Fields of an object, in their order. */
  readonly fields?: readonly Field[];
}

/** Named member of a message or of a nested object. */
export interface Field extends Shape {
  readonly name: string;
  readonly required: boolean;
  readonly title: string;
  readonly description: string;
  /** Unit as text: `Wh`, `s`. */
  readonly unit?: string;
  /** Place among the fields of its object, from 0: as method argument, form row and flag. */
  readonly order: number;
}
