// How a charge point deviates from OCPP, as its twin knows it: plain values that a vendor file has given. What each means stands in
// schemas/vendor.json; each is acted upon in one place. It knows no maker.
import type { Stamp } from "./twin.ts";

/** What is put right in its messages before they are checked. */
export interface VendorRepairs {
  /** Its times are local ones of this zone; also those that end in Z where they only claim to be UTC. */
  readonly localTime?: { readonly zone: string; readonly labelledUtc: boolean };
  /** Phases of the grid at the terminals L1, L2, L3 of its meter: R is L1, S is L2, T is L3. */
  readonly phaseRotation?: "RTS" | "SRT" | "STR" | "TRS" | "TSR";
}

/** What has to be done in another way. */
export interface VendorFlags {
  readonly remoteStartNeeded?: boolean;
  readonly stackLevelZero?: boolean;
  readonly profileKind?: "Relative" | "Absolute";
  readonly noChangeAvailability?: boolean;
  readonly noTrigger?: boolean;
  readonly forcedPowerControl?: boolean;
  readonly meterIntervalSeconds?: number;
  readonly meterValues?: readonly string[];
  readonly connectTimeoutSeconds?: number;
  readonly sessionRegister?: boolean;
  readonly missingSubprotocol?: boolean;
  readonly noPing?: boolean;
  readonly keyForm?: "hex" | "text";
  readonly settleSeconds?: number;
}

/** The profile in use; the name is empty where none fits. */
export interface VendorProfile extends Stamp {
  readonly name: string;
  readonly repairs: VendorRepairs;
  readonly flags: VendorFlags;
}

/** Configuration keys with the values that suit the charge point; nobody writes them unasked. */
export function suitableConfigurationOf({ meterIntervalSeconds, meterValues }: VendorFlags): Record<string, string> {
  return {
    ...(meterIntervalSeconds !== undefined && { MeterValueSampleInterval: String(meterIntervalSeconds) }),
    ...(meterValues !== undefined && { MeterValuesSampledData: meterValues.join(",") }),
  };
}

/** Built-in OPC UA types that a vendor's own value may have. */
export type VendorValueType = "Double" | "Int32" | "Boolean" | "String";

/** A datapoint below Vendor that some vendor file fills. */
export interface VendorDatapoint {
  /** BrowseName. */
  readonly name: string;
  readonly type: VendorValueType;
  /** A unit of units.ts by its symbol there. */
  readonly unit?: string;
  /** Kept in the history. */
  readonly history?: true;
}

/** One value in the data of a vendor's own message, and the datapoint that shows it. */
export interface VendorMapping extends VendorDatapoint {
  readonly vendorId: string;
  /** Undefined: whichever. */
  readonly messageId?: string;
  /** JSON Pointer (RFC 6901). */
  readonly path: string;
  /** JSON Pointer of the number of the connector; undefined: the charge point itself. */
  readonly connector?: string;
}
