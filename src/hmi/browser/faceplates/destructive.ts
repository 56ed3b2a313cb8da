// Which commands are asked about before they are sent: those that take something away from whoever charges, or cannot be taken back.
import { nameOfCommand } from "../../../datapoints/commandNames.ts";
import type { Order } from "../orders.ts";
import { isTextKey, type TextKey } from "../texts.ts";

/** The name by which it was wanted, as it is told of at its end. */
export function nameOfOrder(order: Order): string {
  return "method" in order ? order.method : nameOfCommand(order);
}

export function payloadOfOrder(order: Order): Readonly<Record<string, unknown>> {
  if ("payload" in order && typeof order.payload === "object") return order.payload;
  const { chargePointId: _id, kind: _kind, ...rest } = order as Readonly<Record<string, unknown>>;
  return rest;
}

/** The connector that it names, in whatever way. */
export function connectorOfOrder(order: Order): number | undefined {
  if ("connectorId" in order && order.connectorId !== undefined) return order.connectorId;
  const named = payloadOfOrder(order)["connectorId"];
  return typeof named === "number" ? named : undefined;
}

/** Those that are so only with one value of a field. */
const onlyWith: Readonly<Record<string, readonly [field: string, value: string]>> = {
  ChangeAvailability: ["type", "Inoperative"],
  SendLocalList: ["updateType", "Full"],
};

/** What follows from it, as a sentence; undefined where nothing has to be asked. */
export function consequenceOf(order: Order): TextKey | undefined {
  const name = nameOfOrder(order);
  const condition = onlyWith[name];
  if (condition !== undefined && payloadOfOrder(order)[condition[0]] !== condition[1]) return undefined;
  const key = `faceplate.consequence.${name}`;
  return isTextKey(key) ? key : undefined;
}
