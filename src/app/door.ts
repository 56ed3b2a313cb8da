// Who may come in, and what connecting and disconnecting does to a twin.
import type { Admission, Door } from "../ocpp/door.ts";
import type { Link } from "../ocpp/link.ts";
import type { Clock } from "../std/clock.ts";
import type { Log } from "../std/log.ts";
import type { ChargePointSettings, Settings } from "../settings/settings.ts";
import { createTwin, type Twin } from "../twin/twin.ts";
import type { VendorFlags } from "../twin/vendorProfile.ts";
import { apply, introduce, type House } from "./apply.ts";
import type { Register } from "./register.ts";

export interface DoorOptions {
  readonly house: House;
  readonly settings: Settings;
  readonly register: Register;
  readonly clock: Clock;
  readonly log: Log;
  /** Told when a charge point has gone; its twin says so already. */
  readonly left: (chargePointId: string) => void;
}

type Doorkeeping = Pick<Door, "admit" | "linked" | "unlinked">;

/** Whoever stands in the register, and after it whatever `ocpp.unknownChargePoints` says. */
export function openDoor({ house, settings, register, clock, log, left }: DoorOptions): Doorkeeping {
  const unknown = settings.ocpp.unknownChargePoints;

  function admit(identity: string): Admission {
    const known = register.get(identity);
    const twin = house.twins.get(identity);
    if (known !== undefined || twin !== undefined)
      return admissionOf(known ?? strangersTerms, twin?.vendorProfile.flags);
    if (unknown === "reject") return { kind: "refused" };
    const isFull =
      register.strangers >= settings.limits.maxUnknownChargePoints ||
      house.twins.size >= settings.limits.maxChargePoints;
    if (isFull)
      log.warn({ chargePoint: identity }, "refused: there is no room for another unknown charge point (limits)");
    return isFull ? { kind: "refused" } : admissionOf(strangersTerms);
  }

  function meet(identity: string): Twin {
    register.meet(identity);
    const status = unknown === "accept" ? "Accepted" : "Pending";
    log.info({ chargePoint: identity, registration: status }, "an unknown charge point has connected");
    const registration = { status, heartbeatIntervalSeconds: settings.ocpp.heartbeatIntervalSeconds } as const;
    return introduce(house, createTwin(identity, registration, clock.now()));
  }

  return {
    admit,
    linked: (link: Link) => {
      const now = clock.now();
      const twin = house.twins.get(link.identity) ?? meet(link.identity);
      apply(house, twin, [
        {
          type: "Linked",
          remoteAddress: link.remoteAddress,
          securityProfile: link.securityProfile,
          ocppVersion: "1.6",
          at: now,
          received: now,
        },
      ]);
    },
    unlinked: (link: Link) => {
      const now = clock.now();
      const twin = house.twins.get(link.identity);
      if (twin !== undefined) apply(house, twin, [{ type: "Unlinked", at: now, received: now }]);
      left(link.identity);
    },
  };
}

/** A charge point without an entry in the register: it has no password, so security profile 1 does not let it in. */
const strangersTerms: Terms = { ping: true, missingSubprotocol: "refuse" };

type Terms = Pick<ChargePointSettings, "password" | "ping" | "missingSubprotocol">;

/** What its vendor profile says counts from the first frame on: it is named, or known from an earlier connection. */
function admissionOf({ password, ping, missingSubprotocol }: Terms, flags: VendorFlags = {}): Admission {
  const { keyForm, settleSeconds } = flags;
  return {
    kind: "admitted",
    password,
    keyForm,
    ping: ping && flags.noPing !== true,
    missingSubprotocol: flags.missingSubprotocol === true ? "accept" : missingSubprotocol,
    settleSeconds,
  };
}
