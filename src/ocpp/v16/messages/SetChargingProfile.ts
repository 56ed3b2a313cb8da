// SetChargingProfile (OCPP 1.6 §5.16): a profile that limits what flows.
import { limitEffect } from "../limitEffect.ts";
import type { OutgoingMessage } from "../message.ts";
import { profileInstalled } from "../profileInstalled.ts";

export const SetChargingProfile: OutgoingMessage<"SetChargingProfile"> = {
  answered: ({ request: { connectorId, csChargingProfiles }, response: { status }, ...rest }) =>
    status === "Accepted" ? profileInstalled(connectorId, csChargingProfiles, rest) : [],
  effect: (answered) => (answered.response.status === "Accepted" ? limitEffect(answered) : undefined),
};
