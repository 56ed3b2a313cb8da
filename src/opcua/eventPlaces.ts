// Where events are seen: at the Server object, at the folder of charge points, at the charge point and at the connector.
import type { UAObject } from "node-opcua";
import type { ChargePoints } from "./chargePoints.ts";
import { formatAddress } from "./nodeIds.ts";
import type { VirtualNode } from "./virtualNode.ts";

export type EventPlace = UAObject | VirtualNode;

export interface EventPlacesOptions {
  readonly server: UAObject;
  /** The folder of all charge points. */
  readonly folder: UAObject;
  readonly chargePoints: ChargePoints;
}

/** Whoever listens at the places where an event of a charge point or connector is seen; one that is not known, or undefined, has the folder. */
export function listenersOf(
  { server, folder, chargePoints }: EventPlacesOptions,
  chargePointId: string | undefined,
  connectorId: number | undefined,
): EventPlace[] {
  const places: (EventPlace | undefined)[] = [server, folder];
  const chargePoint = chargePointId === undefined ? undefined : chargePoints.find(chargePointId);
  if (chargePoint?.live !== undefined) {
    const { live, encodedId } = chargePoint;
    places.push(live.get(encodedId));
    if (connectorId !== undefined && connectorId > 0) places.push(live.get(formatAddress(encodedId, connectorId, "")));
  }
  return heard(places);
}

/** Those places at which somebody listens. */
export function heard(places: readonly (EventPlace | undefined)[]): EventPlace[] {
  return places.filter((place) => place !== undefined && place.listenerCount("event") > 0) as EventPlace[];
}
