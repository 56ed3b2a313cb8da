// Commands that change whom the bridge trusts as OPC UA applications. Whoever is told that it is done finds it so on disk and in the list.
import type { CommandOutcome, TrustCommand } from "../twin/commands.ts";
import type { Trust, TrustResult } from "./trust.ts";

/** SHA-1 in hexadecimal, as tools show it: with or without colons or blanks between the bytes. */
const THUMBPRINT = /^[0-9a-f]{40}$/iu;
const LONGEST_SHOWN = 60;

export async function changeTrust(
  trust: Pick<Trust, "trust" | "reject">,
  { kind, thumbprint }: TrustCommand,
): Promise<CommandOutcome> {
  const plain = thumbprint.replaceAll(/[\s:]/gu, "").toUpperCase();
  if (!THUMBPRINT.test(plain))
    return { kind: "invalid", path: "thumbprint", text: "must be the 40 hexadecimal digits of an SHA-1 thumbprint" };
  const result = await (kind === "trustCertificate" ? trust.trust(plain) : trust.reject(plain));
  return outcomeOf(result, thumbprint.slice(0, LONGEST_SHOWN));
}

function outcomeOf(result: TrustResult, thumbprint: string): CommandOutcome {
  switch (result) {
    case "done":
      return { kind: "answered", response: {} };
    case "unknown":
      return { kind: "unknown", text: `there is no certificate of a client with the thumbprint ${thumbprint}` };
    case "authority":
      return {
        kind: "conflict",
        text: "its issuer is trusted, so that it would be let in all the same: reject the issuer, or put a list in which the issuer revokes it into pki/application/issuers/crl",
      };
    case "failing":
      return { kind: "conflict", text: "not done: the disk refuses; repeat it once the disk takes it" };
  }
}
