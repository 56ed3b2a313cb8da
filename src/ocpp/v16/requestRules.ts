// What OCPP 1.6 demands of our requests beyond their schemas, each rule with its clause. Judges what the texts say about
// all charge points; what only this charge point knows it answers itself.
import type { Requests, SendLocalListRequest } from "../../schema/ocpp16.generated.ts";
import type { Fault } from "../sentences.ts";
import type { OutgoingAction } from "./message.ts";
import { breachInRemoteStart, breachInSetProfile } from "./profileRules.ts";

type Rules = { readonly [A in OutgoingAction]?: (request: Requests[A]) => Fault | undefined };

const rules: Rules = {
  ChangeAvailability: ({ connectorId }) => tooLow("connectorId", connectorId, 0, "OCPP 1.6 §6.7"),
  ChangeConfiguration: ({ key }) => blank("key", key),
  ClearChargingProfile: ({ connectorId }) => tooLow("connectorId", connectorId, 0, "OCPP 1.6 §6.13"),
  ExtendedTriggerMessage: ({ connectorId }) =>
    tooLow("connectorId", connectorId, 1, "Improved security for OCPP 1.6-J §5"),
  GetCompositeSchedule: ({ connectorId }) => tooLow("connectorId", connectorId, 0, "OCPP 1.6 §6.21"),
  RemoteStartTransaction: ({ connectorId, idTag, chargingProfile }) =>
    tooLow("connectorId", connectorId, 1, "OCPP 1.6 §6.33") ??
    blank("idTag", idTag) ??
    (chargingProfile === undefined ? undefined : breachInRemoteStart(chargingProfile)),
  ReserveNow: ({ connectorId, idTag }) =>
    tooLow("connectorId", connectorId, 0, "OCPP 1.6 §6.37") ?? blank("idTag", idTag),
  SendLocalList: (request) =>
    // Errata 3.52: 0 means an empty list and -1 a charge point without one; neither is the version of a list that is sent.
    tooLow("listVersion", request.listVersion, 1, "OCPP 1.6 errata 3.52") ?? missingIdTagInfo(request),
  SetChargingProfile: ({ connectorId, csChargingProfiles }) =>
    tooLow("connectorId", connectorId, 0, "OCPP 1.6 §6.43") ?? breachInSetProfile(connectorId, csChargingProfiles),
  TriggerMessage: ({ connectorId }) => tooLow("connectorId", connectorId, 1, "OCPP 1.6 §6.51"),
  UnlockConnector: ({ connectorId }) => tooLow("connectorId", connectorId, 1, "OCPP 1.6 §6.53"),
};

/** The first rule that a request breaks; it fits its schema already. */
export function breachOf<A extends OutgoingAction>(action: A, request: Requests[A]): Fault | undefined {
  return rules[action]?.(request);
}

function tooLow(path: string, value: number | undefined, least: number, clause: string): Fault | undefined {
  if (value === undefined || value >= least) return undefined;
  return { path, text: `must be ${least} or more, and is ${value} (${clause})` };
}

/** The schemas let the empty text through, but it names nobody and nothing. */
function blank(path: string, text: string): Fault | undefined {
  return text.trim() === "" ? { path, text: "is empty" } : undefined;
}

/** OCPP 1.6 §7.1: only a differential update may leave it out, which then removes the entry. */
function missingIdTagInfo({ updateType, localAuthorizationList = [] }: SendLocalListRequest): Fault | undefined {
  if (updateType !== "Full") return undefined;
  const index = localAuthorizationList.findIndex(({ idTagInfo }) => idTagInfo === undefined);
  if (index < 0) return undefined;
  return {
    path: `localAuthorizationList[${index}].idTagInfo`,
    text: "is missing, and is required when updateType is Full (OCPP 1.6 §7.1)",
  };
}
