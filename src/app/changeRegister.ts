// Commands that change the register: a charge point is added with a twin of its own, or removed with all its values.
import { identityFlaw } from "../ocpp/identity.ts";
import type { CommandOutcome, RegisterCommand } from "../twin/commands.ts";
import type { TwinEvent } from "../twin/events.ts";
import { createTwin } from "../twin/twin.ts";
import { apply, forget, introduce } from "./apply.ts";
import type { RoadOut } from "./roadOut.ts";

type Add = Extract<RegisterCommand, { kind: "add" }>;

const done: CommandOutcome = { kind: "answered", response: {} };
const notKept: CommandOutcome = {
  kind: "conflict",
  text: "done, but the store cannot write it down: the next start does not know of it; repeat it once the store can",
};
const LONGEST_PASSWORD = 512;

export function changeRegister(road: RoadOut, command: RegisterCommand): Promise<CommandOutcome> {
  return command.kind === "add" ? add(road, command) : remove(road, command);
}

async function add(road: RoadOut, command: Add): Promise<CommandOutcome> {
  const { house, register, settings, clock } = road;
  const { chargePointId: id, registration = "Accepted", connectors = 0, password } = command;
  const fault = faultOf(road, command);
  if (fault !== undefined) return { kind: "invalid", ...fault };
  const owner = register.ownerOfSerialNumber(id);
  if (owner !== undefined)
    return { kind: "conflict", text: `${id} is the serial number of ${owner}, whose certificate may have it as CN` };
  const twin = house.twins.get(id);
  const isStranger = register.isStranger(id);
  if (register.get(id) !== undefined || (twin !== undefined && !isStranger))
    return { kind: "exists", text: `${id} is in the register already` };
  if (twin === undefined && house.twins.size >= settings.limits.maxChargePoints)
    return { kind: "conflict", text: `there is no room for another charge point (limits.maxChargePoints)` };
  const isKept = register.add({ id, registration, connectors, password });
  const now = clock.now();
  const { heartbeatIntervalSeconds } = settings.ocpp;
  const known = twin ?? introduce(house, createTwin(id, { status: registration, heartbeatIntervalSeconds }, now));
  apply(house, known, [
    ...(twin === undefined ? [] : [{ type: "RegistrationSet", status: registration, at: now, received: now } as const]),
    ...connectorsTo(connectors),
  ]);
  return (await isKept) ? done : notKept;
}

function connectorsTo(connectors: number): TwinEvent[] {
  return Array.from({ length: connectors }, (_, index) => ({ type: "ConnectorKnown", connector: index + 1 }));
}

function faultOf(
  { settings: { limits } }: RoadOut,
  { chargePointId: id, connectors = 0, password }: Add,
): { readonly path: string; readonly text: string } | undefined {
  const flaw = identityFlaw(id, limits.maxIdentityLength);
  if (flaw !== undefined) return { path: "id", text: flaw };
  // Two texts that look alike must not be two charge points (Unicode Standard Annex 15).
  if (id.normalize("NFC") !== id) return { path: "id", text: "the identity is not in Unicode normal form C (NFC)" };
  if (!Number.isInteger(connectors) || connectors < 0 || connectors > limits.maxConnectors)
    return { path: "connectors", text: `must be from 0 to ${limits.maxConnectors} (limits.maxConnectors)` };
  if (password !== undefined && (password === "" || password.length > LONGEST_PASSWORD))
    return { path: "password", text: `must have 1 to ${LONGEST_PASSWORD} characters` };
  return undefined;
}

async function remove(
  { house, register, settings, clock, log }: RoadOut,
  { chargePointId: id }: RegisterCommand,
): Promise<CommandOutcome> {
  if (house.twins.get(id)?.link.state === "Connected")
    return { kind: "conflict", text: `${id} is connected; only a charge point that is not can be removed` };
  const isKept = register.remove(id);
  forget(house, id, clock.now());
  if (settings.chargePoints.some((chargePoint) => chargePoint.id === id))
    log.warn({ chargePoint: id }, "it stands in the settings and is back after the next start; remove it there, too");
  return (await isKept) ? done : notKept;
}
