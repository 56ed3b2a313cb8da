// Which commands are asked about before they are sent: those that take something away from whoever charges, or cannot be taken back.
import type { Command } from "../../../twin/commands.ts";
import type { MethodCall } from "../../shapes.ts";
import { isTextKey, type TextKey } from "../texts.ts";

/** What a faceplate gives: calls of methods, and the registration, of which Pending has no method. */
export type FaceplateOrder = MethodCall | Extract<Command, { readonly kind: "setRegistration" }>;

/** As the bridge tells of them at their end. */
const nameOfRegistration = { Accepted: "Accept", Pending: "Config/RegistrationStatus", Rejected: "Reject" } as const;

/** The name by which the bridge tells of its end. */
export function nameOfOrder(order: FaceplateOrder): string {
  return "method" in order ? order.method : nameOfRegistration[order.status];
}

export function payloadOfOrder(order: FaceplateOrder): Readonly<Record<string, unknown>> {
  return "method" in order ? order.payload : { status: order.status };
}

/** The connector that it names, in whatever way. */
export function connectorOfOrder(order: FaceplateOrder): number | undefined {
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
export function consequenceOf(order: FaceplateOrder): TextKey | undefined {
  const name = nameOfOrder(order);
  const condition = onlyWith[name];
  if (condition !== undefined && payloadOfOrder(order)[condition[0]] !== condition[1]) return undefined;
  const key = `faceplate.consequence.${name}`;
  return isTextKey(key) ? key : undefined;
}
