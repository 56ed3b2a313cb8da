// Which commands are asked about before they are sent: those that take something away from whoever charges, that can shut the bridge out,
// or that cannot be taken back.
import type { CallCommand, Command } from "../../../twin/commands.ts";
import type { MethodCall } from "../../shapes.ts";
import { isTextKey, type TextKey } from "../texts.ts";

/** What a faceplate gives: calls of methods, calls that no method makes, and the registration, of which Pending has no method. */
export type FaceplateOrder = MethodCall | CallCommand | Extract<Command, { readonly kind: "setRegistration" }>;

/** The method that sends any action. */
const CALL = "Call";

/** As the bridge tells of them at their end. */
const nameOfRegistration = { Accepted: "Accept", Pending: "Config/RegistrationStatus", Rejected: "Reject" } as const;

/** The name by which the bridge tells of its end (datapoints/commandNames.ts). */
export function nameOfOrder(order: FaceplateOrder): string {
  if (!("method" in order)) return order.kind === "call" ? order.action : nameOfRegistration[order.status];
  const { action } = order.payload;
  return order.method === CALL && typeof action === "string" ? action : order.method;
}

export function payloadOfOrder(order: FaceplateOrder): Readonly<Record<string, unknown>> {
  return "payload" in order ? order.payload : { status: order.status };
}

/** The connector that it names, in whatever way. */
export function connectorOfOrder(order: FaceplateOrder): number | undefined {
  if ("connectorId" in order && order.connectorId !== undefined) return order.connectorId;
  const named = payloadOfOrder(order)["connectorId"];
  return typeof named === "number" ? named : undefined;
}

/** In lower case. With a wrong value the charge point cannot connect any more (OCPP 1.6 security whitepaper, use cases A01 and A05). */
const keysOfAccess: ReadonlySet<unknown> = new Set(["authorizationkey", "securityprofile"]);

/** Those that are so only with some payloads. */
const onlyWith: Readonly<Record<string, (payload: Readonly<Record<string, unknown>>) => boolean>> = {
  ChangeAvailability: ({ type }) => type === "Inoperative",
  ChangeConfiguration: ({ key }) => keysOfAccess.has(String(key).trim().toLowerCase()),
  SendLocalList: ({ updateType }) => updateType === "Full",
  // In steps of 0.1 A.
  SetLimit: ({ amperes }) => Math.round(Number(amperes) * 10) === 0,
};

/** What follows from it, as a sentence; undefined where nothing has to be asked. */
export function consequenceOf(order: FaceplateOrder): TextKey | undefined {
  const name = "method" in order ? order.method : nameOfOrder(order);
  if (onlyWith[name]?.(payloadOfOrder(order)) === false) return undefined;
  const key = `faceplate.consequence.${name}`;
  return isTextKey(key) ? key : undefined;
}
