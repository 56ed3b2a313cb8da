// Every frame over which our schemas and those of ocpp-rpc disagree, with the reason. The list is
// exact: the cross-check fails for a difference that is missing here and for one that is gone.
import type { Action } from "../../src/schema/ocpp16.generated.ts";
import { fieldsOf, type Kind } from "../../src/schema/ocpp16.ts";
import { sitesOf } from "./payloads.ts";

export interface KnownDifference {
  /** Name of a mutation in payloads.ts. */
  readonly mutation: string;
  readonly acceptedBy: "us" | "ocpp-rpc";
  /** Places as `Message.req place`, or a rule that gives them all. */
  readonly at: readonly string[] | "every date-time" | "every decimal";
  readonly reason: string;
}

const dateTimeReason =
  "JSON Schema's date-time is RFC 3339, with which OCPP 1.6 §3.15 (ISO 8601) is met in one form; " +
  "ajv-formats 2 in ocpp-rpc takes more. Ours is strict: other forms are counted and repaired elsewhere.";

export const knownDifferences: readonly KnownDifference[] = [
  {
    mutation: "without zone",
    acceptedBy: "ocpp-rpc",
    at: "every date-time",
    reason: dateTimeReason,
  },
  {
    mutation: "hours of offset only",
    acceptedBy: "ocpp-rpc",
    at: "every date-time",
    reason: dateTimeReason,
  },
  {
    mutation: "offset without colon",
    acceptedBy: "ocpp-rpc",
    at: "every date-time",
    reason: dateTimeReason,
  },
  {
    mutation: "offset of 24 hours",
    acceptedBy: "ocpp-rpc",
    at: "every date-time",
    reason: dateTimeReason,
  },
  {
    mutation: "blank for T",
    acceptedBy: "ocpp-rpc",
    at: "every date-time",
    reason: dateTimeReason,
  },
  {
    mutation: "line feed for T",
    acceptedBy: "ocpp-rpc",
    at: "every date-time",
    reason: dateTimeReason,
  },
  {
    mutation: "an empty list",
    acceptedBy: "ocpp-rpc",
    at: [
      "MeterValues.req meterValue",
      "MeterValues.req meterValue[].sampledValue",
      "StopTransaction.req transactionData[].sampledValue",
      "GetCompositeSchedule.conf chargingSchedule.chargingSchedulePeriod",
      "RemoteStartTransaction.req chargingProfile.chargingSchedule.chargingSchedulePeriod",
      "SetChargingProfile.req csChargingProfiles.chargingSchedule.chargingSchedulePeriod",
    ],
    reason: "The document says 1..* (§6.31, §7.13, §7.33); ocpp-rpc sets no lower bound.",
  },
  {
    mutation: "an empty list",
    acceptedBy: "us",
    at: ["GetInstalledCertificateIds.conf certificateHashData"],
    reason: "The security document says 0..*; ocpp-rpc demands one element where the list is there.",
  },
  {
    mutation: "1e308",
    acceptedBy: "us",
    at: "every decimal",
    reason: "A multiple of 0.1 like any whole number; the quotient overflows in ocpp-rpc's own check.",
  },
];

/** A message under its name in the document. */
export interface Message {
  readonly action: Action;
  readonly kind: Kind;
  readonly name: string;
}

/** The places of a difference, spelt out. */
export function placesOf(known: KnownDifference, messages: readonly Message[]): readonly string[] {
  if (typeof known.at !== "string") return known.at;
  const type = known.at === "every date-time" ? "dateTime" : "number";
  return messages.flatMap(({ action, kind, name }) =>
    sitesOf(fieldsOf(action, kind))
      .filter((site) => site.shape.type === type)
      .map((site) => `${name} ${site.place}`),
  );
}
