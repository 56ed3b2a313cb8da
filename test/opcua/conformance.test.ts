// The server claims what the table of conformance units shows, all of it and nothing else (OPC 10000-5 §6.3.2).
import { AttributeIds, VariableIds, type QualifiedName } from "node-opcua";
import { describe, expect, test } from "vitest";
import { conformanceUnitsOf, profilesOf, type KeptHistory } from "../../src/opcua/conformance.ts";
import { groups } from "../conformance/opcua/groups.ts";
import { profiles, unitsOf } from "../conformance/opcua/profiles.ts";
import type { Unit } from "../conformance/opcua/unit.ts";
import { connect, endpointOptions, noCommands, startFed, temporaryFolder } from "./fixture.ts";
import { Kept } from "./historyInTest.ts";

const TRANSPORT = "http://opcfoundation.org/UA-Profile/Transport/uatcp-uasc-uabinary";

const shownIn = (units: readonly Unit[]): string[] =>
  units.filter((unit) => !("notClaimed" in unit)).map(({ name }) => name);

const { "Historical Access": ofHistory = [], ...others } = groups;

/** It depends on the settings how many unfinished reads a session may have. */
const RESUMED = "Historical Access Data Max Nodes Read Continuation Point";
const all = shownIn(Object.values(groups).flat());

describe.each<[KeptHistory, string[]]>([
  ["none", shownIn(Object.values(others).flat())],
  ["kept", all.filter((name) => name !== RESUMED)],
  ["resumed", all],
])("a server whose history is %s", (history, shown) => {
  test("claims the units that are shown", () => {
    expect(conformanceUnitsOf(history).toSorted()).toEqual(shown.toSorted());
    expect(shownIn(ofHistory).length).toBeGreaterThan(0);
  });

  test("claims the profiles of which every unit is shown, beside its transport", () => {
    const whole = Object.keys(profiles).filter((uri) => unitsOf(uri).every((name) => shown.includes(name)));
    expect(profilesOf(history).toSorted()).toEqual([...whole, TRANSPORT].toSorted());
  });

  test("says so to a client", async () => {
    const folder = await temporaryFolder();
    const options = endpointOptions(folder.path, { securityPolicies: ["None"] });
    const maxHistoryContinuationPoints = options.limits.maxNodesPerHistoryRead - (history === "kept" ? 1 : 0);
    const limits = { ...options.limits, maxHistoryContinuationPoints };
    const fed = await startFed({ ...options, limits }, noCommands, history === "none" ? undefined : new Kept());
    const { session, close } = await connect(fed.ua.endpointUrl, folder.path);
    const valueOf = async (id: VariableIds): Promise<unknown[]> =>
      (await session.read({ nodeId: `i=${id}`, attributeId: AttributeIds.Value })).value.value as unknown[];
    const units = (await valueOf(VariableIds.Server_ServerCapabilities_ConformanceUnits)) as QualifiedName[];
    expect(units.map(({ name, namespaceIndex }) => [namespaceIndex, name])).toEqual(
      conformanceUnitsOf(history).map((name) => [0, name]),
    );
    expect(await valueOf(VariableIds.Server_ServerCapabilities_ServerProfileArray)).toEqual(profilesOf(history));
    await close();
    await fed.ua.stop();
    await folder.clean();
  });
});
