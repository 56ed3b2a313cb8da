// Which nodes have a history, who may read it, what the server says of it, and what cannot be read.
import {
  AccessLevelFlag,
  AttributeIds,
  PermissionType,
  ReadEventDetails,
  TimestampsToReturn,
  VariableIds,
  WellKnownRoles,
  coerceNodeId,
} from "node-opcua";
import { describe, expect, test } from "vitest";
import { aggregateNames } from "../../src/opcua/aggregates.ts";
import { chargePointTable, connectorTable } from "../../src/datapoints/table.ts";
import { site, twinOf, withState } from "./fixture.ts";
import { MAX_NODES, MAX_POINTS, MAX_VALUES, POWER, historyRead, raw, useHistory, type Asked } from "./historyInTest.ts";

const served = useHistory();

describe("what cannot be read", () => {
  const modified = raw("5:00", "5:05");
  modified.isReadModified = true;
  const events = new ReadEventDetails({ numValuesPerNode: 1, startTime: new Date(0), endTime: new Date() });
  const all = raw("5:00", "5:05");

  test.each<[string, Asked | string, object, string]>([
    ["an unknown node", site("H1/Nothing"), all, "BadNodeIdUnknown"],
    ["an unknown charge point", site("H9/State/Connected"), all, "BadNodeIdUnknown"],
    ["a variable that is not kept", site("H1/State/LastMessage"), all, "BadHistoryOperationUnsupported"],
    ["a property of one that is", `${POWER}/EURange`, all, "BadHistoryOperationUnsupported"],
    ["an object", site("H1"), all, "BadHistoryOperationUnsupported"],
    ["a method", site("H1/Reset"), all, "BadHistoryOperationUnsupported"],
    ["a variable of the library", "i=2258", all, "BadHistoryOperationUnsupported"],
    ["the Server object", "i=2253", all, "BadHistoryOperationUnsupported"],
    ["a type", "i=58", all, "BadHistoryOperationUnsupported"],
    ["a namespace that is not there", "ns=99;i=1", all, "BadNodeIdUnknown"],
    ["modified values", POWER, modified, "BadHistoryOperationUnsupported"],
    ["events of a variable", POWER, events, "BadHistoryOperationUnsupported"],
    ["events of a group below a charge point", site("H1/State"), events, "BadHistoryOperationUnsupported"],
    ["events of a folder of the library", "i=85", events, "BadHistoryOperationUnsupported"],
    ["events of a method", site("H1/Reset"), events, "BadHistoryOperationUnsupported"],
    ["events of an unknown charge point", site("H9"), events, "BadNodeIdUnknown"],
    ["a start alone", POWER, raw("5:00", null), "BadInvalidTimestampArgument"],
    ["an end alone", POWER, raw(null, "5:00"), "BadInvalidTimestampArgument"],
    ["a number alone", POWER, raw(null, null, 5), "BadInvalidTimestampArgument"],
    ["nothing at all", POWER, raw(null, null), "BadInvalidTimestampArgument"],
    ["a part of a number", { nodeId: POWER, indexRange: "0:1" as never }, all, "BadIndexRangeNoData"],
    ["a part that makes no sense", { nodeId: POWER, indexRange: "5:1" as never }, all, "BadIndexRangeInvalid"],
    [
      "an encoding of a number",
      { nodeId: POWER, dataEncoding: { name: "Default Binary" } },
      all,
      "BadDataEncodingInvalid",
    ],
  ])("%s", async (_, node, details, status) => {
    expect((await served.read(node, details)).status).toBe(status);
  });

  test("without any time (OPC 10000-11 §4.3)", async () => {
    expect((await served.read(POWER, all, { times: TimestampsToReturn.Neither })).status).toBe(
      "BadTimestampsToReturnInvalid",
    );
  });

  test("without details, nodes, or with too many of them", async () => {
    await expect(historyRead(served.session, [POWER], { details: null })).rejects.toThrow(
      /BadHistoryOperationInvalid/u,
    );
    await expect(historyRead(served.session, [], { details: all })).rejects.toThrow(/BadNothingToDo/u);
    const nodes = Array.from({ length: MAX_NODES + 1 }, () => POWER);
    await expect(historyRead(served.session, nodes, { details: all })).rejects.toThrow(/BadTooManyOperations/u);
  });

  test("without the right to read history, which UserAccessLevel tells", async () => {
    const namespace = served.fed.ua.server.engine.addressSpace!.getNamespace(4);
    const granted = namespace.getDefaultRolePermissions();
    const permissions = PermissionType.Browse | PermissionType.Read;
    namespace.setDefaultRolePermissions([{ roleId: WellKnownRoles.Observer, permissions }]);
    const answer = await served.read(POWER, all);
    const level = await served.session.read({ nodeId: POWER, attributeId: AttributeIds.UserAccessLevel });
    namespace.setDefaultRolePermissions(granted);
    expect([answer.status, level.value.value]).toEqual(["BadUserAccessDenied", AccessLevelFlag.CurrentRead]);
  });

  test("when the history is broken", async () => {
    served.kept.isBroken = true;
    const answer = await served.read(POWER, all);
    served.kept.isBroken = false;
    expect(answer.status).toBe("BadDataUnavailable");
    expect((await served.read(POWER, all)).status).toBe("Good");
  });
});

describe("what nodes and server say of it", () => {
  const attributesOf = async (nodeId: string): Promise<unknown[]> => {
    const attributes = [AttributeIds.Historizing, AttributeIds.AccessLevel, AttributeIds.UserAccessLevel];
    const values = await served.session.read(attributes.map((attributeId) => ({ nodeId, attributeId })));
    return values.map(({ value }) => value.value);
  };

  test("Historizing and HistoryRead are set where values are kept, and nowhere else", async () => {
    const owners = [
      ["H1", chargePointTable],
      ["H1/Connector1", connectorTable],
    ] as const;
    for (const [owner, { datapoints }] of owners)
      for (const { path, row, meterPoint } of datapoints) {
        if (meterPoint !== undefined) continue;
        const [historizing, level, userLevel] = await attributesOf(site(`${owner}/${path}`));
        const isKept = row.history === true;
        expect([path, historizing]).toEqual([path, isKept]);
        for (const each of [level, userLevel])
          expect([path, (Number(each) & AccessLevelFlag.HistoryRead) !== 0]).toEqual([path, isKept]);
      }
    expect(await attributesOf(POWER)).toEqual([true, 5, 5]);
    expect(await attributesOf(`${POWER}/EURange`)).toEqual([false, 1, 1]);
  });

  test("the fixed rows that are kept are those that the contract names", () => {
    const fixed = [chargePointTable, connectorTable].map(({ datapoints }) =>
      datapoints
        .filter(({ row, meterPoint }) => row.history === true && meterPoint === undefined)
        .map(({ path }) => path),
    );
    expect(fixed).toEqual([
      [
        "State/Connected",
        "State/DiagnosticsStatusNotification",
        "State/FirmwareStatusNotification",
        "State/SignedFirmwareStatusNotification",
        "State/LogStatusNotification",
        "State/Status",
        "State/ErrorCode",
      ],
      ["Status/Status", "Status/ErrorCode", "Transaction/TransactionId", "Transaction/Energy"],
    ]);
  });

  test("the capabilities say what works and no more (OPC 10000-11 §5.7.2)", async () => {
    const valueOf = async (id: VariableIds): Promise<unknown> =>
      (await served.session.read({ nodeId: `i=${id}`, attributeId: AttributeIds.Value })).value.value;
    for (const [id, value] of [
      [VariableIds.HistoryServerCapabilities_AccessHistoryDataCapability, true],
      [VariableIds.HistoryServerCapabilities_AccessHistoryEventsCapability, true],
      [VariableIds.HistoryServerCapabilities_MaxReturnDataValues, MAX_VALUES],
      [VariableIds.HistoryServerCapabilities_MaxReturnEventValues, MAX_VALUES],
      [VariableIds.HistoryServerCapabilities_InsertDataCapability, false],
      [VariableIds.HistoryServerCapabilities_UpdateDataCapability, false],
      [VariableIds.HistoryServerCapabilities_DeleteRawCapability, false],
      [VariableIds.HistoryServerCapabilities_ServerTimestampSupported, true],
      [VariableIds.Server_ServerCapabilities_MaxHistoryContinuationPoints, MAX_POINTS],
      [VariableIds.Server_ServerCapabilities_OperationLimits_MaxNodesPerHistoryReadData, MAX_NODES],
    ] as const)
      expect([VariableIds[id], await valueOf(id)]).toEqual([VariableIds[id], value]);
  });

  test.each(["i=2997", "i=11201"])(
    "the aggregates that work are listed in %s (OPC 10000-13 §4.4)",
    async (folderId) => {
      const { references } = await served.session.browse({ nodeId: coerceNodeId(folderId), resultMask: 63 } as never);
      const names = references
        ?.map(({ browseName }) => browseName.name)
        .filter((name) => aggregateNames.includes(name as never));
      expect(names?.toSorted()).toEqual(aggregateNames.toSorted());
    },
  );

  test("a charge point that is forgotten has no history any more", async () => {
    served.fed.publish(undefined, withState(twinOf("H2"), "Connected"));
    served.fed.forget("H2");
    expect((await served.read(site("H2/State/Connected"), raw("5:00", "5:05"))).status).toBe("BadNodeIdUnknown");
  });
});
