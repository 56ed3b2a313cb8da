// View Services (OPC 10000-4 §5.9).
import {
  BrowseDirection,
  BrowseNextRequest,
  BrowsePath,
  BrowseRequest,
  NodeClass,
  RegisterNodesRequest,
  TranslateBrowsePathsToNodeIdsRequest,
  UnregisterNodesRequest,
  type BrowseNextResponse,
  type BrowseResponse,
  type BrowseResult,
  type TranslateBrowsePathsToNodeIdsResponse,
} from "node-opcua";
import { expect } from "vitest";
import { CHARGE_POINT, CONNECTED, NOBODY, NOWHERE, SERVER, node, type Site } from "./site.ts";
import { check, claimed, elsewhere, type Unit } from "./unit.ts";

const HIERARCHICAL = "i=33";
const HAS_COMPONENT = "i=47";

interface Asked {
  readonly direction?: number;
  readonly type?: string;
  readonly isWithSubtypes?: boolean;
  readonly classes?: number;
  readonly fields?: number;
}

function descriptionOf(nodeId: string, asked: Asked = {}): object {
  const { direction = BrowseDirection.Forward, type = HIERARCHICAL, isWithSubtypes = true } = asked;
  return {
    nodeId: node(nodeId),
    browseDirection: direction,
    referenceTypeId: node(type),
    includeSubtypes: isWithSubtypes,
    nodeClassMask: asked.classes ?? 0,
    resultMask: asked.fields ?? 63,
  };
}

async function browse(site: Site, descriptions: readonly object[], most = 0): Promise<BrowseResult[]> {
  const request = new BrowseRequest({ nodesToBrowse: [...descriptions], requestedMaxReferencesPerNode: most });
  return (await site.ask<BrowseResponse>(request)).results ?? [];
}

const namesOf = (result: BrowseResult | undefined): string[] =>
  (result?.references ?? []).map(({ browseName }) => browseName.name ?? "");

const statusesOf = (results: readonly { statusCode: { name: string } }[]): string[] =>
  results.map(({ statusCode }) => statusCode.name);

const basic = claimed(
  "View Basic",
  check("forward, inverse and both ways (§5.9.2)", async (site) => {
    const [forward, inverse, both] = await browse(site, [
      descriptionOf(CHARGE_POINT),
      descriptionOf(CHARGE_POINT, { direction: BrowseDirection.Inverse }),
      descriptionOf(CHARGE_POINT, { direction: BrowseDirection.Both }),
    ]);
    expect(namesOf(forward)).toEqual(expect.arrayContaining(["State", "Connector1", "Reset"]));
    expect(namesOf(inverse)).toContain("ChargePoints");
    expect(namesOf(both).toSorted()).toEqual([...namesOf(forward), ...namesOf(inverse)].toSorted());
  }),
  check("by type of reference with and without its subtypes, by class of node", async (site) => {
    const [exact, none, objects] = await browse(site, [
      descriptionOf(CHARGE_POINT, { type: HAS_COMPONENT, isWithSubtypes: false }),
      descriptionOf(CHARGE_POINT, { isWithSubtypes: false }),
      descriptionOf(CHARGE_POINT, { classes: NodeClass.Method }),
    ]);
    expect(namesOf(exact)).toContain("Connector1");
    expect(namesOf(none)).toEqual([]);
    expect((objects?.references ?? []).map(({ nodeClass }) => nodeClass)).toEqual(
      (objects?.references ?? []).map(() => NodeClass.Method),
    );
    expect(namesOf(objects)).toContain("Reset");
  }),
  check("the fields of a reference that are asked for, and no others", async (site) => {
    const [bare] = await browse(site, [descriptionOf(CHARGE_POINT, { fields: 0 })]);
    const [reference] = bare?.references ?? [];
    expect(reference?.nodeId.isEmpty()).toBe(false);
    expect([reference?.browseName.name ?? "", reference?.displayName.text ?? "", reference?.nodeClass]).toEqual([
      "",
      "",
      NodeClass.Unspecified,
    ]);
  }),
  check("what cannot be browsed, each in its place", async (site) => {
    const results = await browse(site, [
      descriptionOf(CHARGE_POINT),
      descriptionOf(NOWHERE),
      descriptionOf(NOBODY),
      descriptionOf(CHARGE_POINT, { type: NOBODY }),
      descriptionOf(CHARGE_POINT, { type: "i=58" }),
    ]);
    expect(statusesOf(results)).toEqual([
      "Good",
      "BadNodeIdUnknown",
      "BadNodeIdUnknown",
      "BadReferenceTypeIdInvalid",
      "BadReferenceTypeIdInvalid",
    ]);
    expect(await site.codeOf(new BrowseRequest({ nodesToBrowse: [] }))).toBe("BadNothingToDo");
    const view = { viewId: node(CHARGE_POINT), viewVersion: 0 };
    expect(await site.codeOf(new BrowseRequest({ view, nodesToBrowse: [descriptionOf(CHARGE_POINT)] }))).toBe(
      "BadViewIdUnknown",
    );
  }),
  elsewhere("opcua/parity.test.ts", "(OPC 10000-4 §5.9.2)"),
  elsewhere("opcua/instances.test.ts", "describe their target as it describes itself (OPC 10000-4 §7.29)"),
);

async function next(site: Site, points: readonly Buffer[], isReleased = false): Promise<BrowseResult[]> {
  const request = new BrowseNextRequest({ continuationPoints: [...points], releaseContinuationPoints: isReleased });
  return (await site.ask<BrowseNextResponse>(request)).results ?? [];
}

/** Browses in pieces of two references, all nodes together, and compares with what is there. */
async function browseInPieces(site: Site, nodeIds: readonly string[]): Promise<void> {
  const whole = await browse(
    site,
    nodeIds.map((id) => descriptionOf(id)),
  );
  const pieces = await browse(
    site,
    nodeIds.map((id) => descriptionOf(id)),
    2,
  );
  const names = pieces.map(namesOf);
  let points = pieces.map(({ continuationPoint }, place) => ({ place, point: continuationPoint as Buffer | null }));
  for (;;) {
    const open = points.flatMap(({ place, point }) => (point === null || point.length === 0 ? [] : [{ place, point }]));
    if (open.length === 0) break;
    const results = await next(
      site,
      open.map(({ point }) => point),
    );
    expect(results.every((each) => namesOf(each).length <= 2)).toBe(true);
    for (const [index, result] of results.entries()) names[open[index]?.place ?? 0]?.push(...namesOf(result));
    points = open.map(({ place }, index) => ({ place, point: results[index]?.continuationPoint as Buffer | null }));
  }
  expect(names).toEqual(whole.map(namesOf));
}

const FIVE = [CHARGE_POINT, `${CHARGE_POINT}/State`, `${CHARGE_POINT}/Connector1`, SERVER, "i=85"];

const onePoint = claimed(
  "View Minimum Continuation Point 01",
  check("a browse in pieces gives the whole, in the same order (§5.9.3)", (site) =>
    browseInPieces(site, [CHARGE_POINT]),
  ),
  check("a point of which nothing is left, and one that nobody has given", async (site) => {
    const [first] = await browse(site, [descriptionOf(`${CHARGE_POINT}/State`)], 2);
    const point = first?.continuationPoint as Buffer;
    for (let left: Buffer | null = point; left !== null && left.length > 0;) {
      const [rest] = await next(site, [left]);
      expect(rest?.statusCode.name).toBe("Good");
      left = rest?.continuationPoint as Buffer | null;
    }
    expect(statusesOf(await next(site, [point, Buffer.from("nobody's")]))).toEqual([
      "BadContinuationPointInvalid",
      "BadContinuationPointInvalid",
    ]);
    expect(await site.codeOf(new BrowseNextRequest({ continuationPoints: [] }))).toBe("BadNothingToDo");
  }),
  check("a point that is released gives nothing, and is gone", async (site) => {
    const [{ continuationPoint } = { continuationPoint: null }] = await browse(site, [descriptionOf(CHARGE_POINT)], 2);
    const point = continuationPoint as Buffer;
    const [released] = await next(site, [point], true);
    expect([released?.statusCode.name, released?.references ?? []]).toEqual(["Good", []]);
    expect(statusesOf(await next(site, [point]))).toEqual(["BadContinuationPointInvalid"]);
  }),
);

const fivePoints = claimed(
  "View Minimum Continuation Point 05",
  check("five nodes at once, each with a point of its own", (site) => browseInPieces(site, FIVE)),
);

async function translate(site: Site, startingNode: string, names: readonly string[]): Promise<string[]> {
  const elements = names.map((name) => ({
    referenceTypeId: node(HIERARCHICAL),
    isInverse: false,
    includeSubtypes: true,
    targetName: { namespaceIndex: Number(name.split(":")[0]), name: name.split(":")[1] ?? "" },
  }));
  const path = new BrowsePath({ startingNode: node(startingNode), relativePath: { elements } });
  const request = new TranslateBrowsePathsToNodeIdsRequest({ browsePaths: [path] });
  const { results } = await site.ask<TranslateBrowsePathsToNodeIdsResponse>(request);
  const targets = (results?.[0]?.targets ?? []).map(({ targetId }) => targetId.toString());
  return [results?.[0]?.statusCode.name ?? "", ...targets];
}

const translating = claimed(
  "View TranslateBrowsePath",
  check("a path of one and of several steps (§5.9.4)", async (site) => {
    expect(await translate(site, "i=85", ["0:Server"])).toEqual(["Good", `ns=0;${SERVER}`]);
    expect(await translate(site, CHARGE_POINT, ["3:State", "3:Connected"])).toEqual(["Good", CONNECTED]);
  }),
  check("paths that lead nowhere", async (site) => {
    expect(await translate(site, CHARGE_POINT, ["3:Nowhere"])).toEqual(["BadNoMatch"]);
    expect(await translate(site, CHARGE_POINT, ["3:State", "3:Nowhere"])).toEqual(["BadNoMatch"]);
    expect(await translate(site, NOWHERE, ["3:State"])).toEqual(["BadNodeIdUnknown"]);
    expect((await translate(site, CHARGE_POINT, ["0:"]))[0]).toBe("BadBrowseNameInvalid");
    expect((await translate(site, CHARGE_POINT, []))[0]).toBe("BadNothingToDo");
    expect(await site.codeOf(new TranslateBrowsePathsToNodeIdsRequest({ browsePaths: [] }))).toBe("BadNothingToDo");
  }),
  elsewhere("opcua/parity.test.ts", "translated: single and several steps, inverse, without reference type, dead ends"),
);

const registering = claimed(
  "View RegisterNodes",
  check("nothing to register, nothing to unregister (§5.9.5, §5.9.6)", async (site) => {
    expect(await site.codeOf(new RegisterNodesRequest({ nodesToRegister: [] }))).toBe("BadNothingToDo");
    expect(await site.codeOf(new UnregisterNodesRequest({ nodesToUnregister: [] }))).toBe("BadNothingToDo");
    expect(await site.codeOf(new UnregisterNodesRequest({ nodesToUnregister: [node(NOWHERE)] }))).toBe("Good");
  }),
  elsewhere("opcua/requestFaults.test.ts", "a registered node (OPC 10000-4 §5.9.5)"),
);

export const views: readonly Unit[] = [basic, onePoint, fivePoints, translating, registering];
