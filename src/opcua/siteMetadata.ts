// What the Server object says of the namespace of the instances (NamespaceMetadataType, OPC 10000-5 §6.3.14).
import { DataType, VariantArrayType, type AddressSpace, type Namespace, type VariantOptions } from "node-opcua";
import { SITE_URI, UA } from "./typeNodes.ts";

/** The folder of the metadata objects on the Server object. */
const NAMESPACES = "i=11715";
/** IdType (OPC 10000-3 §8.2.3). */
const STRING_IDS = 1;

export interface SiteMetadata {
  readonly version: string;
  readonly publishedAt: Date;
}

export function addSiteMetadata(
  space: AddressSpace,
  namespace: Namespace,
  { version, publishedAt }: SiteMetadata,
): void {
  const type = space.findObjectType("NamespaceMetadataType");
  const folder = space.findNode(NAMESPACES);
  if (type === null || folder === null) return;
  const nodeId = (name: string): string => `ns=${namespace.index};s=/NamespaceMetadata${name}`;
  const metadata = namespace.addObject({
    browseName: { name: SITE_URI, namespaceIndex: namespace.index },
    nodeId: nodeId(""),
    typeDefinition: type,
    componentOf: folder,
  });
  const properties: Readonly<Record<string, readonly [dataType: string, value: VariantOptions]>> = {
    NamespaceUri: ["String", { dataType: DataType.String, value: SITE_URI }],
    NamespaceVersion: ["String", { dataType: DataType.String, value: version }],
    NamespacePublicationDate: ["DateTime", { dataType: DataType.DateTime, value: publishedAt }],
    IsNamespaceSubset: ["Boolean", { dataType: DataType.Boolean, value: false }],
    // Instances are called the same on every server of a site, all by strings.
    StaticNodeIdTypes: ["IdType", list(DataType.Int32, [STRING_IDS])],
    StaticNumericNodeIdRange: ["NumericRange", list(DataType.String, [])],
    StaticStringNodeIdPattern: ["String", { dataType: DataType.String, value: "%" }],
  };
  for (const [name, [dataType, value]] of Object.entries(properties)) {
    const isList = value.arrayType === VariantArrayType.Array;
    namespace.addVariable({
      browseName: { name, namespaceIndex: UA },
      nodeId: nodeId(`/${name}`),
      propertyOf: metadata,
      dataType,
      ...(isList ? { valueRank: 1, arrayDimensions: [0] } : {}),
      accessLevel: "CurrentRead",
      value,
    });
  }
}

function list(dataType: DataType, value: unknown[]): VariantOptions {
  return { dataType, arrayType: VariantArrayType.Array, value };
}
