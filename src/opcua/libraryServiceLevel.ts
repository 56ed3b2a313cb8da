// The ServiceLevel of the Server object (OPC 10000-5 §6.3.1) as the bridge has last told it, and what follows from it: a server that is only
// starting or already stopping opens no new sessions, and clients go where there is a better one (OPC 10000-4 §6.6.2.4.2).
import {
  DataType,
  ServiceFault,
  StatusCodes,
  VariableIds,
  Variant,
  type AddressSpace,
  type OPCUAServer,
  type UAVariable,
} from "node-opcua";

/** OPC 10000-4 §6.6.2.4.2: 0 is maintenance, 1 no data. */
const NO_SERVICE = 1;
const READY = 255;

export class ServiceLevel {
  readonly #variable: UAVariable;
  #level: number;

  constructor(addressSpace: AddressSpace, level = READY) {
    this.#level = level;
    this.#variable = addressSpace.findNode(`i=${VariableIds.Server_ServiceLevel}`) as UAVariable;
    // The library binds it to a constant; whoever listens is told when it is set.
    this.#variable.bindVariable({}, true);
    this.#variable.minimumSamplingInterval = 0;
    this.#set(level);
  }

  show(level: number): void {
    if (level === this.#level) return;
    this.#level = level;
    this.#set(level);
  }

  get opensSessions(): boolean {
    return this.#level > NO_SERVICE;
  }

  #set(level: number): void {
    this.#variable.setValueFromSource(new Variant({ dataType: DataType.Byte, value: level }));
  }
}

/** What the library hands to its handlers of requests (2.186). */
interface Channel {
  send_response(kind: "MSG", response: object, message: object): void;
}
interface CreatesSessions {
  _on_CreateSessionRequest(message: object, channel: Channel): Promise<void>;
}

/** Sessions that are there go on. */
export function refuseSessionsBelow(server: OPCUAServer, level: ServiceLevel): ServiceLevel {
  const internal = server as unknown as CreatesSessions;
  const create = internal._on_CreateSessionRequest.bind(server);
  internal._on_CreateSessionRequest = async (message, channel) => {
    if (level.opensSessions) return create(message, channel);
    server.engine.incrementRejectedSessionCount();
    const serviceResult = StatusCodes.BadServerHalted;
    channel.send_response("MSG", new ServiceFault({ responseHeader: { serviceResult } }), message);
  };
  return level;
}
