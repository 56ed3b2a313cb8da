// What the bridge shows of the certificates of OPC UA applications, and the methods by which administrators give and take trust. What is done by
// them stands in app/changeTrust.ts.
import type { EpochMs } from "../std/clock.ts";
import type { Argument } from "./arguments.ts";
import { roleForKind } from "./commandRoles.ts";
import type { Method } from "./methods.ts";

/** Nobody's: it concerns no charge point. */
const chargePointId = "";

const thumbprint: Argument = {
  name: "Thumbprint",
  field: "thumbprint",
  type: "String",
  isEnumeration: false,
  isList: false,
  isJson: false,
  isRequired: true,
  description: "SHA-1 thumbprint of the certificate in hexadecimal, as Certificates shows it",
};

function trustMethod(name: string, kind: "trustCertificate" | "rejectCertificate", description: string): Method {
  return {
    name,
    description,
    inputs: [thumbprint],
    outputs: [],
    role: roleForKind(kind),
    command: (_, { thumbprint: wanted }) => ({
      kind,
      chargePointId,
      thumbprint: typeof wanted === "string" ? wanted : "",
    }),
  };
}

/** Methods of the object Bridge. */
export const bridgeMethods: readonly Method[] = [
  trustMethod(
    "TrustCertificate",
    "trustCertificate",
    "Lets an OPC UA application in that was turned away because its certificate was not trusted",
  ),
  trustMethod(
    "RejectCertificate",
    "rejectCertificate",
    "Trusts the certificate of an OPC UA application no more, and closes its sessions",
  ),
];

/** A certificate as it is shown. */
export interface ShownCertificate {
  readonly state: "own" | "trusted" | "issuer" | "rejected";
  readonly subject: string;
  readonly issuer: string;
  readonly applicationUri: string;
  readonly validFrom: EpochMs;
  readonly validTo: EpochMs;
  /** SHA-1 in upper hexadecimal. */
  readonly thumbprint: string;
  /** DER in base64. */
  readonly der: string;
}

/** As it stands in the list. */
export function certificateEntryOf(shown: ShownCertificate): Readonly<Record<string, string>> {
  return {
    State: shown.state,
    Subject: shown.subject,
    Issuer: shown.issuer,
    ApplicationUri: shown.applicationUri,
    ValidFrom: new Date(shown.validFrom).toISOString(),
    ValidTo: new Date(shown.validTo).toISOString(),
    Thumbprint: shown.thumbprint,
  };
}
