// The charging profiles that a charge point has accepted and not been told to forget.
import type { ProfileInstalled, ProfilesCleared } from "../events.ts";
import { MAX_PROFILES, type ChargingProfile, type Commanded, type Connector, type Stamp, type Twin } from "../twin.ts";
import { changeCommanded, changeEveryCommanded, stampAfter, stampOf } from "./commanded.ts";

export function installProfile(twin: Twin, { type: _, connector, profileId, ...installed }: ProfileInstalled): Twin {
  const profile: ChargingProfile = { id: profileId, ...installed };
  // OCPP 1.6 §5.16: the same id replaces, and so does the same purpose and stack level.
  const isSameId = ({ id }: ChargingProfile): boolean => id === profileId;
  const isSamePlace = ({ purpose, stackLevel }: ChargingProfile): boolean =>
    purpose === profile.purpose && stackLevel === profile.stackLevel;
  const without = changeEveryCommanded(twin, (each) => withoutProfiles(each, profile, isSameId));
  return changeCommanded(without, connector, (before) => {
    const kept = (before.profiles ?? []).filter((known) => !isSamePlace(known));
    return { ...before, profiles: [...kept, profile].slice(-MAX_PROFILES), profilesChanged: stampOf(profile) };
  });
}

export function clearProfiles(twin: Twin, event: ProfilesCleared): Twin {
  const { profileId, connector, purpose, stackLevel } = event;
  const isMeant = (profile: ChargingProfile): boolean => {
    // Errata 3.25: an id alone says which; errata 3.26: of other fields all have to fit.
    if (profileId !== undefined) return profile.id === profileId;
    return (
      (purpose === undefined || profile.purpose === purpose) &&
      (stackLevel === undefined || profile.stackLevel === stackLevel)
    );
  };
  if (profileId !== undefined || connector === undefined)
    return changeEveryCommanded(twin, (each) => withoutProfiles(each, event, isMeant));
  // Clearing makes no connector.
  if (connector !== 0 && !twin.connectors.has(connector)) return twin;
  return changeCommanded(twin, connector, (each) => withoutProfiles(each, event, isMeant));
}

/** OCPP 1.6 §3.13.1: a TxProfile ends with its transaction. One without transactionId came with a RemoteStartTransaction. */
export function endTxProfiles(connector: Connector, transactionId: number, since: Stamp): Connector {
  return withoutProfiles(
    connector,
    since,
    (profile) =>
      profile.purpose === "TxProfile" &&
      (profile.transactionId === undefined || profile.transactionId === transactionId),
  );
}

/** The connector on which `transactionId` begins: profiles of transactions before it are over, though no stop has come. */
export function keepTxProfilesOf(connector: Connector, transactionId: number, since: Stamp): Connector {
  return withoutProfiles(
    connector,
    since,
    (profile) =>
      profile.purpose === "TxProfile" && profile.transactionId !== undefined && profile.transactionId !== transactionId,
  );
}

function withoutProfiles<Whole extends Commanded>(
  whole: Whole,
  since: Stamp,
  isOver: (profile: ChargingProfile) => boolean,
): Whole {
  const { profiles, profilesChanged } = whole;
  if (profiles?.some(isOver) !== true) return whole;
  const changed = stampAfter(since, profilesChanged);
  return { ...whole, profiles: profiles.filter((profile) => !isOver(profile)), profilesChanged: changed };
}
