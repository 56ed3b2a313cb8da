// The AuthorizationKey on the road out (errata 3.10): what a charge point is sent is written down before, so that it can log in with it
// whatever becomes of the answer, and the one before dies as soon as it is certain that it is of no use any more.
import type { CommandOutcome } from "../twin/commands.ts";
import { isPasswordKey } from "../twin/secretKeys.ts";
import { isUnsent } from "./callChargePoint.ts";
import type { OutgoingRequest, RoadOut, Settled } from "./roadOut.ts";

/** Whether a request gives a charge point another password. */
export function isPasswordChange({ action, payload }: OutgoingRequest): boolean {
  return action === "ChangeConfiguration" && isPasswordKey(String(payload["key"]));
}

/** Sends the request by `call`, and keeps what follows from its outcome for the logins to come. */
export async function changePassword(
  { register, log }: RoadOut,
  chargePoint: string,
  request: OutgoingRequest,
  call: () => Promise<Settled>,
): Promise<Settled> {
  const offer = await register.offerPassword(chargePoint, String(request.payload["value"]));
  // Nobody's password is kept who does not stand in the register.
  if (offer === undefined) return call();
  if (!offer.isKept) return { outcome: notOffered, request };
  const settled = await call();
  const { outcome } = settled;
  switch (fateOf(outcome)) {
    case "taken": {
      log.warn({ chargePoint }, "it has another AuthorizationKey now, with which alone it can log in");
      return (await register.takeOffered(chargePoint, offer.hash)) ? settled : { ...settled, outcome: notKept };
    }
    case "refused":
      return (await register.withdrawOffered(chargePoint, offer.hash))
        ? settled
        : { ...settled, outcome: notWithdrawn };
    case "open":
      log.warn(
        { chargePoint, outcome: outcome.kind },
        "it may have another AuthorizationKey: until it logs in with that one, it is let in with the one before, too",
      );
      return settled;
  }
}

/** Open as well after RebootRequired: until then it goes on with the one before (OCPP 1.6 §5.3). */
function fateOf(outcome: CommandOutcome): "taken" | "refused" | "open" {
  if (isUnsent(outcome)) return "refused";
  if (outcome.kind !== "answered") return "open";
  const { status } = outcome.response;
  if (status === "Accepted") return "taken";
  return status === "RebootRequired" ? "open" : "refused";
}

const notOffered: CommandOutcome = {
  kind: "conflict",
  text: "nothing was sent: the store cannot write the new password down; repeat it once the store can",
};
const notKept: CommandOutcome = {
  kind: "conflict",
  text: "done, but the store cannot write down that the password before is of no use any more: after the next start it is taken again until the charge point has logged in",
};
const notWithdrawn: CommandOutcome = {
  kind: "conflict",
  text: "the charge point goes on with the password before, but the store cannot write that down: after the next start the other one is taken, too",
};
