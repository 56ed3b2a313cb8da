// Profiles of OPC 10000-7 §6.6 that the server claims, and the conformance units that each of them demands; optional ones are left out.

interface Profile {
  readonly title: string;
  /** URIs of profiles that belong to it. */
  readonly includes: readonly string[];
  readonly units: readonly string[];
}

const SERVER = "http://opcfoundation.org/UA-Profile/Server";

const CORE = `${SERVER}/Core2017Facet`;
const STANDARD_DATA_CHANGE = `${SERVER}/StandardDataChangeSubscription2017`;

export const profiles: Readonly<Record<string, Profile>> = {
  [CORE]: {
    title: "Core 2017 Server Facet",
    includes: [],
    units: [
      // SecurityPolicy - None, and User Token - User Name Password Server Facet
      "Security None CreateSession ActivateSession",
      "Security User Name Password",
      "Security Invalid user token",
      "Address Space Atomicity",
      "Address Space Base",
      "Address Space Full Array Only",
      "Attribute Read",
      "Base Info Core Structure",
      "Discovery Find Servers Self",
      "Discovery Get Endpoints",
      "Session Base",
      "Session General Service Behaviour",
      "Session Minimum 1",
      "View Basic",
      "View Minimum Continuation Point 01",
      "View RegisterNodes",
      "View TranslateBrowsePath",
    ],
  },
  [STANDARD_DATA_CHANGE]: {
    title: "Standard DataChange Subscription 2017 Server Facet",
    includes: [],
    units: [
      // Embedded DataChange Subscription Server Facet
      "Monitor Basic",
      "Monitor Items 2",
      "Monitor QueueSize_1",
      "Monitor Value Change",
      "Subscription Basic",
      "Subscription Minimum 1",
      "Subscription Publish Min 02",
      // As the list of profiles calls it now; in OPC 10000-7 1.04 it is Subscription Publish Discard Policy.
      "Subscription PublishRequest Queue Overflow",
      // and what it adds
      "Base Info GetMonitoredItems Method",
      "Base Info ResendData Method",
      "Method Call",
      "Monitor Items 10",
      "Monitor Items 100",
      "Monitor MinQueueSize_02",
      "Monitor Triggering",
      "Monitored Items Deadband Filter",
      "Subscription Minimum 02",
      "Subscription Publish Min 05",
    ],
  },
  [`${SERVER}/EnhancedDataChangeSubscription2017`]: {
    title: "Enhanced DataChange Subscription 2017 Server Facet",
    includes: [STANDARD_DATA_CHANGE],
    units: ["Monitor Items 500", "Monitor MinQueueSize_05", "Subscription Minimum 05", "Subscription Publish Min 10"],
  },
  [`${SERVER}/EmbeddedUA2017`]: {
    title: "Embedded 2017 UA Server Profile",
    includes: [CORE, STANDARD_DATA_CHANGE],
    units: [
      "Session Minimum 2 Parallel",
      "Base Info Type System",
      "Security Default ApplicationInstance Certificate",
      "Security Policy Required",
      // SecurityPolicy - Basic256Sha256
      "Security Certificate Validation",
    ],
  },
  [`${SERVER}/DataAccess`]: { title: "Data Access Server Facet", includes: [], units: ["Data Access DataItems"] },
  [`${SERVER}/Methods`]: {
    title: "Method Server Facet",
    includes: [],
    units: ["Address Space Method", "Method Call"],
  },
  [`${SERVER}/HistoricalRawData`]: {
    title: "Historical Raw Data Server Facet",
    includes: [],
    units: [
      "Attribute Historical Read",
      "Historical Access Data Max Nodes Read Continuation Point",
      "Historical Access Read Raw",
    ],
  },
};

/** Every unit that a profile demands, by itself or by what belongs to it. */
export function unitsOf(uri: string): string[] {
  const profile = profiles[uri];
  return profile === undefined ? [] : [...profile.units, ...profile.includes.flatMap(unitsOf)];
}
