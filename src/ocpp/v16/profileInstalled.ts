// A charging profile that the charge point has accepted, as the twin keeps it.
import type { ChargingProfile } from "../../schema/ocpp16.generated.ts";
import type { ProfileInstalled } from "../../twin/events.ts";
import { amperesOf } from "./limits.ts";
import type { Answered, OutgoingAction } from "./message.ts";
import { isInt32, keptText } from "./values.ts";

/** Nothing when its numbers fit no Int32. */
export function profileInstalled(
  connector: number,
  profile: ChargingProfile,
  { twin, received, maxKeptCharacters }: Pick<Answered<OutgoingAction>, "twin" | "received" | "maxKeptCharacters">,
): ProfileInstalled[] {
  const { chargingProfileId: profileId, chargingProfilePurpose: purpose, stackLevel, transactionId } = profile;
  if (!isInt32(profileId) || !isInt32(stackLevel)) return [];
  const amperes = amperesOf(twin, connector, profile);
  return [
    {
      type: "ProfileInstalled",
      connector,
      profileId,
      purpose,
      stackLevel,
      text: keptText(JSON.stringify(profile), { maxKeptCharacters }),
      at: received,
      received,
      ...(isInt32(transactionId) && { transactionId }),
      ...(amperes !== undefined && { amperes }),
    },
  ];
}
