// What shows that a charge point has gone over to its new certificate ("Improved security for OCPP 1.6-J" §5, A02; OCTT TC_074).
import { beforeAll, describe, expect, test } from "vitest";
import { fingerprintIn } from "../../../src/std/pemFile.ts";
import type { TwinEvent } from "../../../src/twin/events.ts";
import { Authority } from "../certificatesInTest.ts";
import { exchange, happened, LATER, SENT, stamp, twinAfter } from "./exchanges.ts";

let chain: string;
let before: string;
beforeAll(async () => {
  const root = await Authority.create();
  [chain, before] = await Promise.all([root.issue(), root.issue()]).then(([one, two]) => [one.cert, two.cert]);
});

const linked = (received: number, securityProfile: number, shown?: string): TwinEvent => ({
  type: "Linked",
  remoteAddress: "::1",
  securityProfile,
  certificate: shown === undefined ? undefined : fingerprintIn(shown),
  ocppVersion: "1.6",
  ...stamp(received),
});
const answered = (twin: ReturnType<typeof twinAfter>, certificateChain = chain, status = "Accepted") =>
  exchange("CertificateSigned", { certificateChain }, { status }, twin);

describe("on a connection with security profile 3", () => {
  test("it is seen by the next one that bears the certificate, and need not be", () => {
    const { twin, effect } = answered(twinAfter(linked(SENT - 1000, 3, before)));
    expect(effect).toMatchObject({ isOptional: true });
    expect(effect?.before).toBeUndefined();
    expect(effect?.seen(happened(twin, linked(LATER, 3, before)), SENT)).toBeUndefined();
    expect(effect?.seen(happened(twin, linked(LATER, 1)), SENT)).toBeUndefined();
    expect(effect?.seen(happened(twin, linked(LATER, 3, chain)), SENT)).toBe(
      "it has connected with the new certificate",
    );
  });

  test("nothing will change for who has connected with it before", () => {
    const { effect } = answered(twinAfter(linked(SENT - 1000, 3, chain)));
    expect(effect?.before).toBe("it has connected with this certificate before");
  });

  test.each<[string, string | undefined, string]>([
    ["is refused", undefined, "Rejected"],
    ["cannot be read", "-----BEGIN CERTIFICATE-----", "Accepted"],
  ])("nothing is awaited of one that %s", (_, text, status) => {
    expect(answered(twinAfter(linked(SENT - 1000, 3, before)), text, status).effect).toBeUndefined();
  });
});

test.each([0, 1, 2])("with security profile %i nobody sees it, so that nothing is awaited", (profile) => {
  expect(answered(twinAfter(linked(SENT - 1000, profile))).effect).toBeUndefined();
});
