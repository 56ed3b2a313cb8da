import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { validateXML } from "xmllint-wasm";
import { artefacts } from "../../src/codegen/main.ts";
import { NodeIds } from "../../src/codegen/nodeIds.ts";
import { renderNodeSet } from "../../src/codegen/nodeset.ts";
import { allEnumerations } from "../../src/datapoints/argumentEnumerations.ts";
import { bridgeDatapoints } from "../../src/datapoints/bridge.ts";
import { membersOf } from "../../src/datapoints/enumerations.ts";
import { allFieldsOf, occurrenceTypes, type OccurrenceType } from "../../src/datapoints/occurrences.ts";
import { chargePointMethods, connectorMethods } from "../../src/datapoints/methods.ts";
import { chargePointTable, connectorTable } from "../../src/datapoints/table.ts";

const committed = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const nodeSet = committed("nodeset/ocpp-opcua.NodeSet2.xml");
const officialSchema = (): string => {
  const nodesets = dirname(createRequire(import.meta.url).resolve("node-opcua-nodesets/package.json"));
  return readFileSync(join(nodesets, "nodesets", "UANodeSet.xsd"), "utf8");
};

function idOf(symbol: string): string {
  const line = committed("nodeset/NodeIds.csv")
    .split("\n")
    .find((text) => text.startsWith(`${symbol},`));
  return `ns=1;i=${line?.split(",")[1]}`;
}

/** Names of the Argument structures of a property of a method. */
function argumentsBelow(method: string, property: string): string[] {
  const head = `BrowseName="${property}" ParentNodeId="${method}" DataType="i=296"`;
  const [, xml = ""] = nodeSet.split(head);
  const [value = ""] = xml.split("</UAVariable>");
  return [...value.matchAll(/<Argument><Name>([^<]+)<\/Name>/gu)].map(([, name = ""]) => name);
}

describe("the published NodeSet", () => {
  it("is valid against the OPC Foundation's UANodeSet.xsd (OPC 10000-6 Annex F)", async () => {
    const schema = [{ fileName: "UANodeSet.xsd", contents: officialSchema() }];
    const result = await validateXML({
      xml: [{ fileName: "nodeset.xml", contents: nodeSet }],
      schema,
    });
    expect(result.errors).toEqual([]);
    const broken = nodeSet.replace("<DisplayName>", "<Displayname>").replace("</DisplayName>", "</Displayname>");
    const refused = await validateXML({
      xml: [{ fileName: "nodeset.xml", contents: broken }],
      schema,
    });
    expect(refused.valid).toBe(false);
  });

  it("and every other generated file is what `npm run generate` would write", async () => {
    for (const [path, text] of Object.entries(await artefacts()))
      expect(committed(path), `${path}: run npm run generate`).toBe(text);
  });

  it("declares every fixed datapoint and every measurand at the outlet", () => {
    const inherited = (path: string): boolean => chargePointTable.byPath.get(path)?.row.di === true;
    for (const { path, meterPoint } of [...chargePointTable.datapoints, ...connectorTable.datapoints]) {
      if (inherited(path) || (meterPoint !== undefined && /\/(Body|Cable|EV|Inlet)\//u.test(path))) continue;
      const name = path.slice(path.lastIndexOf("/") + 1);
      expect(nodeSet, path).toContain(`BrowseName="1:${name}"`);
    }
  });

  it("declares every variable of the bridge", () => {
    for (const { path } of bridgeDatapoints) expect(nodeSet, path).toContain(`BrowseName="1:${path}"`);
    expect(nodeSet).toContain('BrowseName="1:BridgeType"');
  });

  it("says which variables can be written, and no others", () => {
    const writable = [...nodeSet.matchAll(/<UAVariable [^>]*BrowseName="1:([^"]+)"[^>]* AccessLevel="3"/gu)].map(
      ([, name = ""]) => name,
    );
    const named = [...chargePointTable.datapoints, ...connectorTable.datapoints]
      .filter(({ row }) => row.write !== undefined)
      .map(({ path }) => path.slice(path.lastIndexOf("/") + 1));
    expect(writable.toSorted()).toEqual(["&lt;Key&gt;", ...named].toSorted());
    expect(nodeSet.match(/AccessLevel="3"/gu)).toHaveLength(writable.length);
  });

  it("says of which variables the history can be read, and of no others (OPC 10000-3 §5.6.2)", () => {
    const levels = nodeSet.match(/ AccessLevel="(?!3")\d+"[^>]*/gu) ?? [];
    const names = [
      ...nodeSet.matchAll(/<UAVariable [^>]*BrowseName="1:([^"]+)"[^>]* AccessLevel="5" Historizing="true"/gu),
    ];
    const kept = [...chargePointTable.datapoints, ...connectorTable.datapoints].filter(
      ({ row }) => row.history === true,
    );
    const fixed = kept.filter(({ meterPoint }) => meterPoint === undefined);
    // Measurands are declared once, at the outlet, by the type of meters.
    const atOutlet = connectorTable.datapoints.filter(
      ({ meterPoint, path }) => meterPoint !== undefined && !/\/(Body|Cable|EV|Inlet)\//u.test(path),
    );
    const expected = [...fixed, ...atOutlet].map(({ path }) => path.slice(path.lastIndexOf("/") + 1));
    expect(new Set(names.map(([, name]) => name))).toEqual(new Set(expected));
    expect(names).toHaveLength(expected.length);
    expect(levels).toHaveLength(names.length);
  });

  it("has every type of event below BaseEventType, with its fields as properties (OPC 10000-3 §4.7)", () => {
    for (const [type, shape] of Object.entries<OccurrenceType>(occurrenceTypes)) {
      const [, id = ""] = new RegExp(`<UAObjectType NodeId="([^"]+)" BrowseName="1:${type}">`, "u").exec(nodeSet) ?? [];
      expect(nodeSet).toContain(`BrowseName="1:${type}">`);
      for (const field of Object.keys(allFieldsOf(shape)))
        expect(nodeSet, field).toMatch(new RegExp(`BrowseName="1:${field}" ParentNodeId="${id}"`, "u"));
    }
  });

  it("says at which type of object which events are told (OPC 10000-3 §7.15)", () => {
    const generatedBy = (type: string): string[] => {
      const [, xml = ""] = nodeSet.split(`<UAObjectType NodeId="${idOf(type)}"`);
      const [head = ""] = xml.split("</UAObjectType>");
      return [...head.matchAll(/<Reference ReferenceType="(?:i=41|GeneratesEvent)"[^>]*>([^<]+)</gu)].map(
        ([, id = ""]) => id,
      );
    };
    const all = Object.entries<OccurrenceType>(occurrenceTypes);
    const idsOf = (types: typeof all): string[] => types.map(([type]) => idOf(type));
    for (const type of ["ChargePointFolderType", "ChargePointType"]) expect(generatedBy(type)).toEqual(idsOf(all));
    const ofConnectors = all.filter(([, { isOfChargePoint }]) => isOfChargePoint !== true);
    expect(generatedBy("ConnectorType")).toEqual(idsOf(ofConnectors));
    expect(ofConnectors.map(([type]) => type)).not.toContain("BootNotificationEventType");
    expect(ofConnectors.map(([type]) => type)).toContain("StatusNotificationEventType");
  });

  it("declares every method of charge points and connectors with its arguments, in their order", () => {
    for (const [type, methods] of [
      ["ChargePointType", chargePointMethods],
      ["ConnectorType", connectorMethods],
    ] as const) {
      const parent = idOf(type);
      for (const { name, inputs, outputs } of methods) {
        const method = idOf(`${type}_${name}`);
        expect(nodeSet).toContain(`<UAMethod NodeId="${method}" BrowseName="1:${name}" ParentNodeId="${parent}">`);
        for (const [property, list] of [
          ["InputArguments", inputs],
          ["OutputArguments", outputs],
        ] as const)
          expect([name, ...argumentsBelow(method, property)]).toEqual([name, ...list.map((argument) => argument.name)]);
      }
    }
  });

  it("has every enumeration with Unknown at 0 and OCPP's members behind it", () => {
    for (const name of allEnumerations) {
      const [definition = ""] = new RegExp(`<Definition Name="1:${name}">[^]*?</Definition>`, "u").exec(nodeSet) ?? [];
      const fields = [...definition.matchAll(/Name="([^"]+)" Value="(\d+)"/gu)].map(([, member, value]) => [
        member,
        Number(value),
      ]);
      expect(fields, name).toEqual(membersOf(name).map((member, ordinal) => [member, ordinal]));
    }
  });
});

describe("NodeIds.csv", () => {
  it("is append only: what has a number keeps it, what is new gets the next", () => {
    const before = committed("nodeset/NodeIds.csv");
    const ids = new NodeIds(before);
    renderNodeSet(ids);
    ids.of("SomethingNewType", "ObjectType");
    expect(ids.csv().startsWith(before)).toBe(true);
    expect(ids.csv().slice(before.length)).toMatch(/^SomethingNewType,\d+,ObjectType\n$/u);
  });

  it("gives each number once", () => {
    const numbers = committed("nodeset/NodeIds.csv")
      .trim()
      .split("\n")
      .map((line) => line.split(",")[1]);
    expect(new Set(numbers).size).toBe(numbers.length);
  });
});
