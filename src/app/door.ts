// Who may come in, and what connecting and disconnecting does to a twin.
import type { Admission, Door } from "../ocpp/door.ts";
import type { Link } from "../ocpp/link.ts";
import type { Clock } from "../std/clock.ts";
import type { Log } from "../std/log.ts";
import type { Settings } from "../settings/settings.ts";
import { createTwin, type Twin } from "../twin/twin.ts";
import { apply, introduce, type House } from "./apply.ts";
import type { Register, Secret, Terms } from "./register.ts";

export interface DoorOptions {
  readonly house: House;
  readonly settings: Settings;
  readonly register: Register;
  readonly clock: Clock;
  readonly log: Log;
  /** Told when a charge point has gone; its twin says so already. */
  readonly left: (chargePointId: string) => void;
}

type Doorkeeping = Pick<Door, "admit" | "tookPassword" | "linked" | "unlinked">;

/** Whoever stands in the register, and after it whatever `ocpp.unknownChargePoints` says. */
export function openDoor({ house, settings, register, clock, log, left }: DoorOptions): Doorkeeping {
  const unknown = settings.ocpp.unknownChargePoints;

  function admit(identity: string): Admission {
    const known = register.get(identity);
    const twin = house.twins.get(identity);
    const seen = Math.max(register.highestProfileOf(identity), twin?.link.securityProfile ?? 0);
    const proof = { ...register.secretOf(identity), serialNumber: register.serialNumberOf(identity) };
    if (known !== undefined) return admissionOf(known, proof, { twin, seen });
    if (twin !== undefined) return admissionOf(stranger, {}, { twin, seen });
    if (unknown === "reject") return { kind: "refused" };
    const isFull =
      register.strangers >= settings.limits.maxUnknownChargePoints ||
      house.twins.size >= settings.limits.maxChargePoints;
    if (isFull)
      log.warn({ chargePoint: identity }, "refused: there is no room for another unknown charge point (limits)");
    return isFull ? { kind: "refused" } : admissionOf(stranger, {}, { twin, seen });
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
    tookPassword: (identity, hash) => {
      log.info(
        { chargePoint: identity },
        "it uses its new AuthorizationKey, with which alone it can log in from now on",
      );
      void register.takeOffered(identity, hash);
    },
    linked: (link: Link) => {
      const now = clock.now();
      const twin = house.twins.get(link.identity) ?? meet(link.identity);
      void register.noteProfile(link.identity, link.securityProfile);
      apply(house, twin, [
        {
          type: "Linked",
          remoteAddress: link.remoteAddress,
          securityProfile: link.securityProfile,
          certificate: link.certificate,
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

/** A charge point without an entry in the register: it has no password, so security profiles 1 and 2 do not let it in. */
const stranger: StrangersTerms = { ping: true, missingSubprotocol: "refuse" };

type StrangersTerms = Pick<Terms, "ping" | "missingSubprotocol" | "lowestSecurityProfile">;

/** By what it can prove who it is. */
type Proof = Secret & Pick<Admitted, "serialNumber">;
type Admitted = Extract<Admission, { kind: "admitted" }>;

interface Met {
  readonly twin: Twin | undefined;
  /** The highest security profile with which it has connected. */
  readonly seen: number;
}

/** What its vendor profile says counts from the first frame on: it is named, or known from an earlier connection. */
function admissionOf(terms: StrangersTerms, proof: Proof, { twin, seen }: Met): Admission {
  const { ping, missingSubprotocol, lowestSecurityProfile = seen } = terms;
  const { keyForm, settleSeconds, noPing, missingSubprotocol: isMissing } = twin?.vendorProfile.flags ?? {};
  return {
    kind: "admitted",
    ...proof,
    lowestProfile: lowestSecurityProfile,
    keyForm,
    ping: ping && noPing !== true,
    missingSubprotocol: isMissing === true ? "accept" : missingSubprotocol,
    settleSeconds,
  };
}
