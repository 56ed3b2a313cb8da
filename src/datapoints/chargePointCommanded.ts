// The rows of what only a charge point as a whole can be commanded: command variables, local list, files, certificates, reboot.
import type { CommandVariables, ConfigurationKey, LocalList, Note, Stamp, Transfer, Twin } from "../twin/twin.ts";
import { commandedSections } from "./commanded.ts";
import { roleForKind } from "./commandRoles.ts";
import { int32 } from "./numbers.ts";
import type { Row, Write } from "./row.ts";
import { section, type Section } from "./section.ts";

const preparing = (field: "action" | "payload"): Write => ({
  role: roleForKind("prepare"),
  command: ({ chargePointId }, value) => ({ kind: "prepare", chargePointId, [field]: String(value) }),
});

/** For clients that cannot call methods; what the bridge itself keeps, so it is always Good. */
const commandVariables: Readonly<Record<string, Row<CommandVariables>>> = {
  "Command/Action": {
    read: (c) => c.action,
    type: "String",
    own: true,
    write: preparing("action"),
    description: "OCPP action to be sent next; only a trigger by the user who has written it sends it",
  },
  "Command/Payload": {
    read: (c) => c.shownPayload ?? c.payload,
    type: "String",
    own: true,
    write: preparing("payload"),
    description: "Its request as a JSON object, {} when left empty; secrets in it are sent, but shown as ***",
  },
  "Command/Trigger": {
    read: (c) => c.triggered,
    type: "Boolean",
    own: true,
    write: {
      role: roleForKind("trigger"),
      command: ({ chargePointId }, on) => ({ kind: "trigger", chargePointId, on: on === true }),
    },
    description:
      "Write true to send what the same user has written to Action and Payload, with the rights of that user; false again when it has finished",
  },
  "Command/Response": {
    read: (c) => c.response,
    type: "String",
    own: true,
    description: "Response to the last one as JSON, secrets left out; empty without one",
  },
  "Command/Result": {
    read: (c) => c.result,
    type: "String",
    own: true,
    description:
      "Good, or the name of the Bad code of the last one; of a CALLERROR BadUnexpectedError: <code>: <description>, as the charge point told them",
  },
  "Command/Sequence": {
    read: (c) => c.sequence,
    type: "UInt32",
    own: true,
    description: "How many triggers have finished, refused ones too; 0 follows 4294967295",
  },
};

const localList: Readonly<Record<string, Row<LocalList>>> = {
  "LocalList/Version": {
    read: (l) => int32(l.version),
    type: "Int32",
    description: "Version of the local authorization list; 0 when there is none, -1 when it is not supported",
  },
  "LocalList/Status": {
    read: (l) => l.status,
    type: "UpdateStatus",
    description: "Answer to the last SendLocalList",
  },
};

function location(description: string): Row<Transfer> {
  return { read: (t) => t.location, type: "String", description };
}

function fileName(description: string): Row<Transfer> {
  return { read: (t) => t.fileName ?? null, type: "String", description: `${description}; null when there is none` };
}

/** Firmware, signed or not, whichever was commanded last. */
function lastFirmware({ transfers }: Twin): Transfer | undefined {
  const { firmware, signedFirmware } = transfers ?? {};
  if (firmware === undefined || signedFirmware === undefined) return firmware ?? signedFirmware;
  return signedFirmware.received >= firmware.received ? signedFirmware : firmware;
}

/** Whatever the charge point told last of its keys, or its boot. */
function newestOf(keys: ReadonlyMap<string, ConfigurationKey>, { identification }: Twin): Stamp {
  let newest: Stamp = identification ?? { at: 0, received: 0 };
  for (const key of keys.values()) if (key.received >= newest.received) newest = key;
  return newest;
}

const rebootSection: Section<Twin> = {
  part: ({ configuration }) => configuration,
  stamp: newestOf,
  rows: {
    "State/RebootRequired": {
      read: (keys) => [...keys.values()].some(({ rebootRequired }) => rebootRequired === true),
      type: "Boolean",
      description: "A configuration key has a value that counts from the next boot on",
    } satisfies Row<ReadonlyMap<string, ConfigurationKey>>,
  },
};

export const chargePointCommandedSections: readonly Section<Twin>[] = [
  ...commandedSections<Twin>(),
  rebootSection,
  section((twin: Twin) => twin.localList, localList),
  section((twin: Twin) => twin.transfers?.diagnostics, {
    "Diagnostics/FileName": fileName("File that the charge point uploads its diagnostics to"),
    "Diagnostics/Location": location("Where it was told to upload its diagnostics, without credentials"),
  }),
  section(lastFirmware, {
    "Firmware/Location": location("Where the charge point was told to fetch firmware, without credentials"),
  }),
  section((twin: Twin) => twin.transfers?.log, {
    "Log/FileName": fileName("File that the charge point uploads its log to"),
    "Log/Location": location("Where it was told to upload its log, without credentials"),
  }),
  section((twin: Twin) => twin.installedCertificates, {
    InstalledCertificates: {
      read: (n: Note) => n.text,
      type: "String",
      description:
        "Answer to the last GetInstalledCertificateIds as JSON; uncertain when a certificate of that list has come or gone since",
    },
  }),
  section((twin: Twin) => twin.command, commandVariables),
];
