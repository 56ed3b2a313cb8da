// ClearChargingProfile (OCPP 1.6 §5.5; errata 3.25, 3.26): profiles are removed, by id or by what fits all the other fields.
import type { OutgoingMessage } from "../message.ts";

export const ClearChargingProfile: OutgoingMessage<"ClearChargingProfile"> = {
  answered: ({ request, response: { status }, received }) => {
    const { id: profileId, connectorId: connector, chargingProfilePurpose: purpose, stackLevel } = request;
    // Unknown: nothing fits. What we thought to be there is not (any more), and that is the same for us.
    if (status !== "Accepted" && status !== "Unknown") return [];
    return [
      {
        type: "ProfilesCleared",
        at: received,
        received,
        ...(profileId !== undefined && { profileId }),
        ...(connector !== undefined && { connector }),
        ...(purpose !== undefined && { purpose }),
        ...(stackLevel !== undefined && { stackLevel }),
      },
    ];
  },
};
