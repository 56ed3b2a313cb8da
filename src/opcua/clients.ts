// Which clients have a session, for whoever looks after the bridge. It only reads what the library knows of them.
import { MessageSecurityMode, type OPCUAServer, type ServerSession } from "node-opcua";
import type { ConnectedClient } from "../twin/ports.ts";

/** Names come from outside. */
const LONGEST_NAME = 200;

/** The oldest first; those of the library itself are none. */
export function clientsOf({ engine }: OPCUAServer, userOf: (session: ServerSession) => string): ConnectedClient[] {
  return engine
    .getSessions()
    .filter(({ channel }) => channel !== undefined)
    .map((session) => clientOf(session, userOf(session)))
    .toSorted((a, b) => a.since - b.since);
}

function clientOf(session: ServerSession, user: string): ConnectedClient {
  const { clientDescription, sessionName, channel, creationDate } = session;
  return {
    user: user.slice(0, LONGEST_NAME),
    application: (clientDescription?.applicationUri ?? "").slice(0, LONGEST_NAME),
    session: sessionName.slice(0, LONGEST_NAME),
    address: channel?.remoteAddress ?? "",
    securityPolicy: channel?.securityPolicy.split("#")[1] ?? "",
    securityMode: MessageSecurityMode[channel?.securityMode ?? MessageSecurityMode.Invalid],
    since: creationDate.getTime(),
    subscriptions: session.currentSubscriptionCount,
    monitoredItems: session.currentMonitoredItemCount,
  };
}
