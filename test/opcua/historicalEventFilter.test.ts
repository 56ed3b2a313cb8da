// HistoricalEventFilter (OPC 10000-11 §5.4.2): whatever has a history of events says which of them are kept and which of their fields; what it
// says is taken at its word by reading with it.
import {
  AttributeIds,
  BrowseDirection,
  EventFilter,
  type NodeId,
  ReadEventDetails,
  type LiteralOperand,
  type SimpleAttributeOperand,
} from "node-opcua";
import { beforeEach, describe, expect, test } from "vitest";
import { calm } from "../../src/twin/alarms.ts";
import { site } from "./fixture.ts";
import { FOLDER, SERVER, occurrence } from "./eventHistoryInTest.ts";
import { at, historyRead, useHistory } from "./historyInTest.ts";

const served = useHistory();
const EVENT_FILTER = "ns=0;i=725";
const places = [SERVER, FOLDER, site("H1"), site("H1/Connector1"), site("/Bridge")];

/** The property as a client finds it by browsing. */
async function propertyOf(nodeId: string): Promise<string[]> {
  const { references } = await served.session.browse({
    nodeId,
    browseDirection: BrowseDirection.Forward,
    referenceTypeId: "HasProperty",
    includeSubtypes: true,
    resultMask: 63,
  });
  const named = (references ?? []).filter(({ browseName }) => browseName.toString() === "HistoricalEventFilter");
  return named.map(({ nodeId: property }) => String(property));
}

async function filterOf(nodeId: string): Promise<EventFilter> {
  const [property = ""] = await propertyOf(nodeId);
  const { value } = await served.session.read({ nodeId: property, attributeId: AttributeIds.Value });
  return value.value as EventFilter;
}

const pathOf = ({ browsePath }: SimpleAttributeOperand): string =>
  (browsePath ?? []).map((name) => name.toString()).join("/");

describe("the property", () => {
  test.each(places)("of %s is there once, an EventFilter that only can be read", async (place) => {
    const properties = await propertyOf(place);
    expect(properties).toHaveLength(1);
    const ids = [AttributeIds.DataType, AttributeIds.ValueRank, AttributeIds.AccessLevel];
    const read = await served.session.read(ids.map((attributeId) => ({ nodeId: properties[0]!, attributeId })));
    expect(read.map(({ value }) => String(value.value))).toEqual([EVENT_FILTER, "-1", "1"]);
    expect(await filterOf(place)).toBeInstanceOf(EventFilter);
  });

  test("is not there where no events are seen", async () => {
    expect(await propertyOf(site("H1/State"))).toEqual([]);
    expect(await propertyOf(site("/Decisions"))).toEqual([]);
  });

  test("names types that declare the fields, below them", async () => {
    const { selectClauses } = await filterOf(SERVER);
    for (const clause of selectClauses ?? []) {
      const path = pathOf(clause);
      if (path === "") continue;
      const elements = (clause.browsePath ?? []).map((targetName) => ({
        referenceTypeId: "i=44",
        includeSubtypes: true,
        targetName,
      }));
      const found = await served.session.translateBrowsePath({
        startingNode: clause.typeDefinitionId,
        relativePath: { elements },
      } as never);
      expect([path, found.statusCode.name]).toEqual([path, "Good"]);
    }
  });
});

describe("what is kept", () => {
  beforeEach(() => {
    served.kept.forgetOccurrences();
    const state = { ...calm, active: true, sequence: 1, severity: 700, message: "It is so", at: at("5:01") };
    served.kept.announce([
      occurrence("Reset", "5:00", { connectorId: 1 }),
      { chargePointId: "H1", connector: 1, name: "GroundFailure", state, isConnected: true },
      { chargePointId: "", connector: 0, name: "StoreFailing", state: { ...state, at: at("5:02") }, isConnected: true },
    ]);
  });

  test.each<[string, string[]]>([
    [SERVER, ["3:Action", "ConditionName", "ConditionName"]],
    [FOLDER, ["3:Action", "ConditionName"]],
    [site("H1"), ["3:Action", "ConditionName"]],
    [site("H1/Connector1"), ["3:Action", "ConditionName"]],
    [site("/Bridge"), ["ConditionName"]],
  ])("at %s is what reading with its own filter finds", async (place, expected) => {
    const filter = await filterOf(place);
    const paths = (filter.selectClauses ?? []).map(pathOf);
    const range = { startTime: new Date(at("4:00")), endTime: new Date(at("6:00")), numValuesPerNode: 0 };
    const details = new ReadEventDetails({ ...range, filter });
    const [{ status, events = [] } = {}] = await historyRead(served.session, [place], { details });
    expect(status).toBe("Good");
    const told = events.map((fields) => paths.filter((path, index) => isTold(path, fields[index]?.value)));
    expect(told.map((names) => names.find((name) => name.startsWith("3:Action") || name === "ConditionName"))).toEqual(
      expected,
    );
    // Whatever is there of an event of a condition live is named.
    for (const names of told.filter((each) => each.includes("ConditionName")))
      for (const name of ["EventId", "", "ActiveState/Id", "AckedState/Id", "Severity", "Comment", "Retain"])
        expect(names).toContain(name);
  });

  test("of a connector has no type that never concerns one, and the bridge has conditions alone", async () => {
    const typesOf = async (place: string): Promise<string[]> => {
      const { whereClause } = await filterOf(place);
      const operands = (whereClause.elements ?? []).flatMap((element) => element?.filterOperands ?? []);
      const literals = operands.filter((each): each is LiteralOperand => each !== null && "value" in each);
      return literals.map(({ value }) => String(value.value as NodeId));
    };
    const [ofServer, ofChargePoint, ofConnector, ofBridge] = await Promise.all(
      [SERVER, site("H1"), site("H1/Connector1"), site("/Bridge")].map(typesOf),
    );
    expect(ofServer).toEqual(ofChargePoint);
    expect(ofConnector!.length).toBeLessThan(ofChargePoint!.length);
    expect(ofChargePoint).toEqual(expect.arrayContaining(ofConnector!));
    expect(ofBridge).toEqual(["ns=0;i=2782"]);
  });
});

function isTold(path: string, value: unknown): boolean {
  return value !== null && value !== undefined && (path !== "3:Action" || value !== "");
}
