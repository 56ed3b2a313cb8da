// The published NodeSet2 file, read without the library that serves it: what each node is and what it refers to (OPC 10000-6 Annex F).
import { readFileSync } from "node:fs";

/** One element; text is what stands directly in it. */
export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[];
  text: string;
}

export interface FileReference {
  readonly type: string;
  readonly isForward: boolean;
  readonly target: string;
}

/** A node with the NodeIds that it has on the server. */
export interface FileNode {
  readonly nodeId: string;
  /** `ObjectType` of the element UAObjectType. */
  readonly nodeClass: string;
  /** `3:Name`; of namespace 0 the name alone. */
  readonly browseName: string;
  readonly displayName: string;
  /** Empty when there is none. */
  readonly description: string;
  readonly attributes: Element["attributes"];
  readonly dataType: string | undefined;
  /** Of an enumeration: its fields, in their order. */
  readonly fields: readonly (readonly [name: string, value: number])[] | undefined;
  /** Undefined when it has no Value. */
  readonly value: unknown;
  readonly references: readonly FileReference[];
}

/** @param indices the server's namespace indices by those of the file */
export function readNodeSet(indices: readonly number[]): FileNode[] {
  const path = new URL("../../nodeset/ocpp-opcua.NodeSet2.xml", import.meta.url);
  const root = parse(readFileSync(path, "utf8"));
  const idOf = (text: string): string => {
    const [, index = "0", rest = ""] = /^(?:ns=(\d+);)?(.+)$/u.exec(text) ?? [];
    return `ns=${indices[Number(index)]};${rest}`;
  };
  const nameOf = (text: string): string => {
    const [, index = "0", name = ""] = /^(?:(\d+):)?(.+)$/u.exec(text) ?? [];
    return index === "0" ? name : `${indices[Number(index)]}:${name}`;
  };
  return root.children
    .filter(({ attributes }) => attributes["NodeId"] !== undefined)
    .map((element) => {
      const { name, attributes } = element;
      const definition = child(element, "Definition");
      const value = child(element, "Value")?.children[0];
      return {
        nodeId: idOf(attributes["NodeId"]!),
        nodeClass: name.slice("UA".length),
        browseName: nameOf(attributes["BrowseName"]!),
        displayName: child(element, "DisplayName")?.text ?? "",
        description: child(element, "Description")?.text ?? "",
        attributes,
        dataType: attributes["DataType"] === undefined ? undefined : idOf(attributes["DataType"]),
        fields: definition?.children.map((field) => [field.attributes["Name"]!, Number(field.attributes["Value"])]),
        value: value === undefined ? undefined : valueOf(value, idOf),
        references: (child(element, "References")?.children ?? []).map((reference) => ({
          type: idOf(reference.attributes["ReferenceType"]!),
          isForward: reference.attributes["IsForward"] !== "false",
          target: idOf(reference.text),
        })),
      };
    });
}

function child({ children }: Element, name: string): Element | undefined {
  return children.find((element) => element.name === name);
}

const numbers = new Set(["Int32", "UInt32", "UnitId", "ValueRank", "Low", "High"]);

/** A Value as plain data: structures as objects with the names of their fields, NodeIds as texts. */
function valueOf(element: Element, idOf: (text: string) => string): unknown {
  const { name, children, text } = element;
  if (name === "ExtensionObject") return valueOf(child(element, "Body")!.children[0]!, idOf);
  if (name === "DataType") return idOf(child(element, "Identifier")!.text);
  if (name.startsWith("ListOf") || name === "ArrayDimensions") return children.map((each) => valueOf(each, idOf));
  if (children.length > 0)
    return Object.fromEntries(
      children.map((each) => [each.name.charAt(0).toLowerCase() + each.name.slice(1), valueOf(each, idOf)]),
    );
  if (numbers.has(name)) return Number(text);
  return name === "Boolean" ? text === "true" : text;
}

const TOKEN = /<\?[^]*?\?>|<!--[^]*?-->|<(\/?)([\w:]+)((?:\s+[\w:]+="[^"]*")*)\s*(\/?)>|([^<]+)/gu;

/** Enough of XML for a file that the official XSD holds for valid (test/codegen/nodeset.test.ts). */
function parse(xml: string): Element {
  const top: Element = { name: "", attributes: {}, children: [], text: "" };
  const open = [top];
  let end = 0;
  for (const match of xml.matchAll(TOKEN)) {
    const [token, closing, name, attributes = "", empty, text] = match;
    if (match.index !== end) throw new Error(`not understood: ${xml.slice(end, match.index)}`);
    end += token.length;
    const current = open.at(-1)!;
    if (text !== undefined) current.text += text.trim() === "" ? "" : unescape(text);
    else if (closing === "/") open.pop();
    else if (name !== undefined) {
      const pairs = [...attributes.matchAll(/([\w:]+)="([^"]*)"/gu)].map(([, key, value]) => [key, unescape(value!)]);
      const element: Element = { name, attributes: Object.fromEntries(pairs), children: [], text: "" };
      current.children.push(element);
      if (empty !== "/") open.push(element);
    }
  }
  if (end !== xml.length || open.length !== 1) throw new Error("the file breaks off");
  return top.children[0]!;
}

function unescape(text: string): string {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"').replaceAll("&amp;", "&");
}
