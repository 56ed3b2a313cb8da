// Reaches into the library (node-opcua 2.186) like libraryInternals.ts, where history is concerned: every HistoryRead comes here, for the
// library throws at nodes without history, and holds in memory what it pages; and what the server says of its history is bound.
import {
  DataType,
  HistoryReadDetails,
  VariableIds,
  Variant,
  resolveNodeId,
  type HistoryReadRequest,
  type HistoryReadResult,
  type ISessionContext,
  type NodeId,
  type OPCUAServer,
  type UAObject,
  type UAVariable,
} from "node-opcua";

interface ReadsHistory {
  historyRead(context: ISessionContext, request: HistoryReadRequest): Promise<HistoryReadResult[]>;
}

/** Every HistoryRead that is well-formed and not too large goes to `read`. */
export function readHistoryWith(server: OPCUAServer, read: ReadsHistory["historyRead"]): void {
  const accessor = (server.engine as unknown as { addressSpaceAccessor: ReadsHistory }).addressSpaceAccessor;
  accessor.historyRead = async (context, request) => {
    // Answered as BadHistoryOperationInvalid, like whatever is thrown here.
    if (!(request.historyReadDetails instanceof HistoryReadDetails))
      throw new TypeError("no details of a history read");
    return read(context, request);
  };
}

/** The folders in which a server lists its aggregates (OPC 10000-13 §4.4). */
const FOLDERS = [
  "Server_ServerCapabilities_AggregateFunctions",
  "HistoryServerCapabilities_AggregateFunctions",
] as const;

export interface ServedHistory {
  readonly aggregates: readonly NodeId[];
  /** Of one node in one answer. */
  readonly maxValues: number;
  readonly maxEvents: number;
}

/** Says what can be read, which aggregates there are, and that times of receipt are kept as well (OPC 10000-11 §5.7.2). */
export function announceHistory({ engine }: OPCUAServer, { aggregates, maxValues, maxEvents }: ServedHistory): void {
  const { addressSpace, historyServerCapabilities: capabilities } = engine;
  if (addressSpace === null) throw new Error("the library has made no address space");
  capabilities.accessHistoryDataCapability = true;
  capabilities.maxReturnDataValues = maxValues;
  capabilities.accessHistoryEventsCapability = true;
  capabilities.maxReturnEventValues = maxEvents;
  for (const name of FOLDERS) {
    const folder = addressSpace.findNode(resolveNodeId(name)) as UAObject;
    for (const nodeId of aggregates) folder.addReference({ referenceType: "Organizes", nodeId });
  }
  const id = `i=${VariableIds.HistoryServerCapabilities_ServerTimestampSupported}`;
  const variable = addressSpace.findNode(id) as UAVariable;
  variable.bindVariable({ get: () => new Variant({ dataType: DataType.Boolean, value: true }) }, true);
}
