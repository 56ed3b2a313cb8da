// Replacing one connector of a twin; connectors appear as they report (or are configured).
import { emptyMeter, type Connector, type Twin } from "../twin.ts";

/** The twin with connector `id` changed by `change`; a connector that is not known yet is made. */
export function changeConnector(twin: Twin, id: number, change: (connector: Connector) => Connector): Twin {
  const before = twin.connectors.get(id) ?? create(id, twin);
  const after = change(before);
  if (after === twin.connectors.get(id)) return twin;
  return { ...twin, connectors: new Map(twin.connectors).set(id, after) };
}

/** OCPP 1.6 §5.2: what was commanded of the charge point holds for all connectors, also for those that report later. */
function create(id: number, { availability }: Twin): Connector {
  return { id, meter: emptyMeter, ...(availability && { availability }) };
}
