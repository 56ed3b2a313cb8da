// What `ocpp-opcua send` can send: the table of methods (datapoints/methods.ts), with the charge point named by the command line.
import { chargePointMethods, connectorMethods, folderMethods, type Method } from "../datapoints/methods.ts";
import { isAction, summaryOfAction, type Profile } from "../schema/ocpp16.ts";

export interface Sendable {
  /** Heading under which it is listed. */
  readonly group: string;
  readonly method: Method;
  /** The method is one of connectors, so that `--connector-id` must name one. */
  readonly isOfConnector: boolean;
  /** What takes its place where `--connector-id` names a connector. */
  readonly onConnector?: Method;
}

const titles: Readonly<Record<Profile, string>> = {
  Core: "Core",
  FirmwareManagement: "Firmware Management",
  LocalAuthListManagement: "Local Auth List Management",
  Reservation: "Reservation",
  SmartCharging: "Smart Charging",
  RemoteTrigger: "Remote Trigger",
  Security: "Improved security",
};
const OTHER = "Anything else";
const REGISTER = "The bridge itself; nothing is sent";

const ofConnectors = new Map(connectorMethods.map((method) => [method.name, method]));

function ofChargePoint(method: Method): Sendable {
  const group = isAction(method.name) ? titles[summaryOfAction(method.name).profile] : OTHER;
  const onConnector = ofConnectors.get(method.name);
  // Where the request itself names the connector, its own flag does.
  const isNamed = onConnector === undefined || method.inputs.some(({ field }) => field === "connectorId");
  return { group, method, isOfConnector: false, ...(!isNamed && { onConnector }) };
}

/** The charge point of a folder's method is the one that is named before it. */
function ofFolder(method: Method): Sendable {
  return {
    group: REGISTER,
    isOfConnector: false,
    method: {
      ...method,
      inputs: method.inputs.filter(({ field }) => field !== "id"),
      command: (target, payload) => method.command(target, { ...payload, id: target.chargePointId }),
    },
  };
}

const names = new Set(chargePointMethods.map(({ name }) => name));

/** Everything that can be sent. */
export const sendables: readonly Sendable[] = [
  ...chargePointMethods.map(ofChargePoint),
  ...connectorMethods
    .filter(({ name }) => !names.has(name))
    .map((method) => ({ group: titles.SmartCharging, method, isOfConnector: true })),
  ...folderMethods.map(ofFolder),
];

/** The names by headings, as the help shows them. */
export function listSendables(): string {
  return [...Object.values(titles), OTHER, REGISTER]
    .map((group) => {
      const members = sendables.filter((each) => each.group === group);
      return `  ${group}:\n${wrap(members.map(({ method }) => method.name))}`;
    })
    .join("\n");
}

const LINE_WIDTH = 90;

function wrap(words: readonly string[]): string {
  const lines = [""];
  for (const word of words) {
    const last = lines.at(-1) ?? "";
    const longer = last === "" ? word : `${last}, ${word}`;
    if (longer.length > LINE_WIDTH) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  return lines.map((line) => `    ${line}`).join("\n");
}
