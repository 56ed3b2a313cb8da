// Reaches into the library (node-opcua 2.186) like libraryInternals.ts, where subscriptions are concerned that have outlived their session:
// the library lets them have whatever there is. Here they have what whoever owned them last may have now, so that nothing of his is lost
// when his next session takes them over (OPC 10000-4 §5.14.7), and nothing is collected for him that he may not see.
import { MonitoredItem, SessionContext, type ISessionContext, type NodeId, type OPCUAServer } from "node-opcua";

interface ClosesSessions {
  closeSession(token: NodeId, deleteSubscriptions: boolean, ...more: readonly unknown[]): unknown;
  getSession(token: NodeId): OwnsSubscriptions | null;
}

interface OwnsSubscriptions {
  readonly sessionContext: ISessionContext;
  readonly publishEngine: { readonly subscriptions: readonly object[] } | null;
}

interface AsksForContext {
  getSessionContext: (this: MonitoredItem) => ISessionContext | null;
}

/** Of subscriptions without a session: the context of their last one. */
const owners = new WeakMap<object, ISessionContext>();
let isPatched = false;

/** Remembers whose a subscription was, and judges by that what its items may have. */
export function judgeOrphansByOwner(server: OPCUAServer): void {
  const engine = server.engine as unknown as ClosesSessions;
  const closeSession = engine.closeSession.bind(engine);
  engine.closeSession = (token, ...more) => {
    const { publishEngine, sessionContext } = engine.getSession(token) ?? {};
    // Before the library takes them from it.
    for (const subscription of publishEngine?.subscriptions ?? [])
      if (sessionContext !== undefined) owners.set(subscription, sessionContext);
    return closeSession(token, ...more);
  };
  patchItems();
}

/** Who has never had a session and may do nothing; without any context the library takes an item for part of the program itself. */
const nobody = new SessionContext({
  session: {} as NonNullable<ISessionContext["session"]>,
  server: { unresolvedPermissionPolicy: "deny" },
}) as ISessionContext;

/** Once a thread. */
function patchItems(): void {
  if (isPatched) return;
  isPatched = true;
  const items = MonitoredItem.prototype as unknown as AsksForContext;
  const { getSessionContext } = items;
  items.getSessionContext = function () {
    const { $subscription: subscription } = this;
    const owner = subscription === undefined ? undefined : owners.get(subscription);
    return getSessionContext.call(this) ?? owner ?? nobody;
  };
}
