// Where the server reaches into the library for its history; each test says what to look at when an upgrade changes it.
import {
  AttributeIds,
  DataType,
  HistoryReadRequest,
  SessionContext,
  SimpleAttributeOperand,
  type OPCUAServer,
} from "node-opcua";
import { expect, test, vi } from "vitest";
import { fieldsOf, historyEventOf, setEventId } from "../../src/opcua/libraryEvents.ts";
import { POWER, historyRead, raw, useHistory } from "./historyInTest.ts";

const served = useHistory();

interface Accessor {
  historyRead(context: unknown, request: unknown): Promise<unknown>;
}

function accessorOf({ engine }: OPCUAServer): Accessor {
  return (engine as unknown as { addressSpaceAccessor: Accessor }).addressSpaceAccessor;
}

test("node-opcua still hands every HistoryRead to addressSpaceAccessor.historyRead, with the session and the whole request", async () => {
  const spy = vi.spyOn(accessorOf(served.fed.ua.server), "historyRead");
  await historyRead(served.session, [POWER, "i=2258"], { details: raw("5:00", "5:05") });
  expect(spy, "readHistoryWith needs another hook").toHaveBeenCalledTimes(1);
  const [context, request] = spy.mock.calls[0] ?? [];
  expect(context, "readHistoryWith relies on the session's context").toBeInstanceOf(SessionContext);
  expect((context as SessionContext).session, "continuation points are kept by session").toBeDefined();
  expect(request, "readHistoryWith relies on the request as it came").toBeInstanceOf(HistoryReadRequest);
  spy.mockRestore();
});

test("node-opcua still answers BadHistoryOperationInvalid when the hook throws", async () => {
  const asked = historyRead(served.session, [POWER], { details: null });
  await expect(asked, "readHistoryWith throws where there are no details").rejects.toThrow(
    /BadHistoryOperationInvalid/u,
  );
});

test("node-opcua still shows engine.historyServerCapabilities as it is at the time of reading", async () => {
  const { historyServerCapabilities: capabilities } = served.fed.ua.server.engine;
  const shown = async (): Promise<unknown> =>
    (await served.session.read({ nodeId: "i=11273", attributeId: 13 })).value.value;
  const before = capabilities.maxReturnDataValues;
  capabilities.maxReturnDataValues = before + 1;
  expect(await shown(), "announceHistory sets what nobody reads any more").toBe(before + 1);
  capabilities.maxReturnDataValues = before;
});

test("node-opcua still makes the EventId of an event one Variant, which filters see, and HistoryEvent by its NodeId", () => {
  const addressSpace = served.fed.ua.server.engine.addressSpace!;
  const type = addressSpace.findEventType("BaseEventType")!;
  const sourceNode = { dataType: DataType.NodeId, value: addressSpace.rootFolder.objects.server.nodeId };
  const event = addressSpace.constructEventData(type, { sourceNode });
  setEventId(event, Buffer.from("ours"));
  const clause = new SimpleAttributeOperand({
    typeDefinitionId: type.nodeId,
    browsePath: [{ name: "EventId" }],
    attributeId: AttributeIds.Value,
  });
  const fields = fieldsOf(event, [clause]);
  expect(String(fields[0]?.value), "setEventId needs another place").toBe("ours");
  const { schema } = historyEventOf(addressSpace, [fields]);
  expect(schema.name, "historyEventOf makes something else").toBe("HistoryEvent");
});
