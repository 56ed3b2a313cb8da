// Address Space Model (OPC 10000-3), Data Access (OPC 10000-8) and methods (OPC 10000-4 §5.12).
import { AttributeIds, CallRequest, NodeClass, type CallResponse } from "node-opcua";
import { expect } from "vitest";
import { CHARGE_POINT, CLIENT_ID, CONNECTED, CURRENT, LIMIT, NOBODY, NOWHERE, POWER, node, type Site } from "./site.ts";
import { check, claimed, elsewhere, notClaimed, type Unit } from "./unit.ts";

const VARIABLES = [POWER, CURRENT, CONNECTED, CLIENT_ID, LIMIT, "i=2258", "i=2255"];
/** Of AccessLevelEx (OPC 10000-3 §8.58). */
const NONATOMIC_READ = 1 << 8;
const NONATOMIC_WRITE = 1 << 9;
const WRITE_FULL_ARRAY_ONLY = 1 << 10;

async function levelsOf({ session }: Site): Promise<number[]> {
  const answers = await session.read(VARIABLES.map((nodeId) => ({ nodeId, attributeId: AttributeIds.AccessLevelEx })));
  // Where there is no such attribute, values are read and written as a whole.
  return answers.map(({ statusCode, value }) => (statusCode.isGood() ? (value.value as number) : 0));
}

export const addressSpace: readonly Unit[] = [
  claimed(
    "Address Space Base",
    elsewhere("opcua/instances.test.ts", "the references of a charge point, its connectors and all below them"),
    elsewhere("opcua/instances.test.ts", "an instance is what its type declares (OPC 10000-3 §6.2.6)"),
    elsewhere("opcua/parity.test.ts", "read: every attribute, with and without range and encoding"),
  ),
  claimed(
    "Address Space Atomicity",
    check("no value says that it is read or written in pieces", async (site) => {
      for (const level of await levelsOf(site)) expect(level & (NONATOMIC_READ | NONATOMIC_WRITE)).toBe(0);
    }),
  ),
  claimed(
    "Address Space Full Array Only",
    check("no value says that an array is written as a whole alone, for no array is written", async (site) => {
      for (const level of await levelsOf(site)) expect(level & WRITE_FULL_ARRAY_ONLY).toBe(0);
    }),
  ),
  claimed(
    "Address Space Method",
    elsewhere("opcua/methods.test.ts", "has the attributes of a method"),
    elsewhere("opcua/methods.test.ts", "declares the arguments of the table, as its type does"),
  ),
];

const typeOf = async ({ session }: Site, nodeId: string): Promise<string> => {
  const { references } = await session.browse({
    nodeId,
    referenceTypeId: "HasTypeDefinition",
    resultMask: 63,
  } as never);
  return references?.[0]?.browseName.name ?? "";
};

const HAS_SUBTYPE = "i=45";

async function isBelow({ session }: Site, type: string, base: string): Promise<boolean> {
  for (let at = type; at !== base;) {
    const { references } = await session.browse({
      nodeId: at,
      browseDirection: 1,
      referenceTypeId: HAS_SUBTYPE,
      includeSubtypes: true,
      resultMask: 63,
    } as never);
    const next = references?.[0]?.nodeId.toString();
    if (next === undefined) return false;
    at = next.replace("ns=0;", "");
  }
  return true;
}

const DATA_ITEM = "i=2365";
const ANALOG_UNIT = "i=17497";
const ANALOG_UNIT_RANGE = "i=17570";

export const dataAccess: readonly Unit[] = [
  claimed(
    "Data Access DataItems",
    check("measurands are of a type below DataItemType (OPC 10000-8 §5.3.1)", async (site) => {
      expect(await typeOf(site, POWER)).toBe("AnalogUnitRangeType");
      expect(await isBelow(site, ANALOG_UNIT_RANGE, DATA_ITEM)).toBe(true);
    }),
  ),
  claimed(
    "Data Access AnalogUnitType",
    check("an amount without a range is one with a unit (§5.3.2.4)", async (site) => {
      expect(await typeOf(site, `${CHARGE_POINT}/State/ClockOffset`)).toBe("AnalogUnitType");
      expect(await isBelow(site, ANALOG_UNIT, DATA_ITEM)).toBe(true);
    }),
    elsewhere("opcua/addressSpace.test.ts", "a measurand has its unit by UNECE code and its range"),
  ),
  claimed(
    "Data Access AnalogUnitRangeType",
    check("unit and range are there (§5.3.2.5)", async ({ session }) => {
      for (const [name, type] of [
        ["EngineeringUnits", NodeClass.Variable],
        ["EURange", NodeClass.Variable],
      ] as const) {
        const answer = await session.read({ nodeId: `${POWER}/${name}`, attributeId: AttributeIds.NodeClass });
        expect(answer.value.value).toBe(type);
      }
    }),
    elsewhere("opcua/addressSpace.test.ts", "a measurand has its unit by UNECE code and its range"),
  ),
  claimed(
    "Data Access PercentDeadband",
    elsewhere("opcua/monitoring.test.ts", "outside a deadband of"),
    elsewhere("opcua/monitoring.test.ts", "a percent deadband of 101"),
    elsewhere("opcua/monitoring.test.ts", "a percent deadband without a range"),
  ),
  notClaimed("Data Access MultiState", "states are enumerations, whose DataType says what their numbers mean"),
  notClaimed("Data Access TwoState", "what is so or not is a Boolean"),
  notClaimed("Data Access Semantic Changes", "units and ranges of a variable are fixed"),
];

async function call(site: Site, objectId: string, methodId: string): Promise<string> {
  const request = new CallRequest({ methodsToCall: [{ objectId: node(objectId), methodId: node(methodId) }] });
  return (await site.ask<CallResponse>(request)).results?.[0]?.statusCode.name ?? "";
}

export const methods: readonly Unit[] = [
  claimed(
    "Method Call",
    check("methods and objects that are not there, nothing to call (§5.12.2)", async (site) => {
      expect(await call(site, NOWHERE, `${CHARGE_POINT}/Reset`)).toBe("BadNodeIdUnknown");
      expect(await call(site, CHARGE_POINT, NOBODY)).toBe("BadMethodInvalid");
      expect(await call(site, CHARGE_POINT, CONNECTED)).toBe("BadMethodInvalid");
      expect(await call(site, CHARGE_POINT, `${CHARGE_POINT}/Reset`)).toBe("BadArgumentsMissing");
      expect(await site.codeOf(new CallRequest({ methodsToCall: [] }))).toBe("BadNothingToDo");
    }),
    elsewhere("opcua/methodArguments.test.ts", "an argument that breaks a rule"),
    elsewhere("opcua/methodArguments.test.ts", "the number of arguments"),
    elsewhere("opcua/methodOutcomes.test.ts", "the outputs"),
    elsewhere("opcua/methodOutcomes.test.ts", "of one request start at once, and delay no other request"),
  ),
];
