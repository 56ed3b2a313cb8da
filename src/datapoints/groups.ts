// What the groups hold that stand between a charge point or connector and its datapoints, by their BrowseNames.

const groups: Readonly<Record<string, string>> = {
  Command: "A command for clients that cannot call methods: write Action and Payload, then true to Trigger",
  Common: "What every device of the site has",
  CompositeSchedule: "The charging schedule that the charge point has calculated from its profiles, when last asked",
  Config: "How the bridge treats the charge point; set by the application",
  Diagnostics: "The last upload of diagnostics that was commanded",
  Firmware: "The last update of the firmware that was commanded",
  Identification: "What the charge point said of itself in its last BootNotification",
  LocalList: "The local list of id tags of the charge point",
  Log: "The last upload of a log that was commanded",
  Reservation: "The reservation that the charge point has accepted",
  Start: "The StartTransaction of the current or last transaction",
  State: "The link to the charge point, and what the charge point says of itself as a whole",
  Status: "The last StatusNotification of the connector",
  Stop: "The StopTransaction of the last transaction",
  Transaction: "The current or last transaction",
};

/** Throws for a group that is not described here. */
export function descriptionOfGroup(name: string): string {
  const description = groups[name];
  if (description === undefined) throw new Error(`src/datapoints/groups.ts does not say what the group ${name} holds`);
  return description;
}
