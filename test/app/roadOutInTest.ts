// The road out with real parts all around and, at its end, a link that answers what a test says.
import { randomUUID } from "node:crypto";
import { apply, type House } from "../../src/app/apply.ts";
import { DecisionEventRoom } from "../../src/app/decisionEventRoom.ts";
import { Denials } from "../../src/app/denials.ts";
import { Effects } from "../../src/app/effects.ts";
import { fillHouse } from "../../src/app/fillHouse.ts";
import { Accounts } from "../../src/app/accounts.ts";
import { IdTagImports } from "../../src/app/idTagImports.ts";
import { IdTags } from "../../src/app/idTags.ts";
import { Register, type KeepEntry } from "../../src/app/register.ts";
import type { RoadOut } from "../../src/app/roadOut.ts";
import { ScadaQuestions } from "../../src/app/scadaQuestions.ts";
import { sendCommand } from "../../src/app/sendCommand.ts";
import { Sequences } from "../../src/app/announce.ts";
import { Twins } from "../../src/app/twins.ts";
import { VendorProfiles } from "../../src/app/vendorProfiles.ts";
import type { CallOutcome } from "../../src/ocpp/outgoingCalls.ts";
import { Counts } from "../../src/std/counts.ts";
import type { Log, LogFields } from "../../src/std/log.ts";
import type { Command, CommandOutcome, Requester, Role } from "../../src/twin/commands.ts";
import type { TwinEvent } from "../../src/twin/events.ts";
import type { Occurrence } from "../../src/twin/occurrences.ts";
import type { Twin } from "../../src/twin/twin.ts";
import { HandClock } from "../ocpp/handClock.ts";
import { accept } from "../settings/settingsInTest.ts";

export interface Line {
  readonly level: string;
  readonly fields: LogFields;
  readonly message: string;
}

export interface RoadOutInTest {
  readonly road: RoadOut;
  readonly clock: HandClock;
  readonly lines: Line[];
  /** Every occurrence and every change, in the order in which a projection is told. */
  readonly told: (Occurrence | Twin)[];
  /** What has been sent, as `Action {payload}`. */
  readonly sent: string[];
  /** What the alarms have been told of effects. */
  readonly alarms: string[];
  /** How commands have ended. */
  readonly occurrences: () => Occurrence[];
  readonly twin: (id?: string) => Twin;
  readonly happen: (...events: TwinEvent[]) => void;
  readonly send: (command: Command, role?: Role, via?: Requester["via"]) => Promise<CommandOutcome>;
}

export const ACCEPTED: CallOutcome = { kind: "answered", payload: { status: "Accepted" } };
export const REGISTER = "chargePoints: [{ id: CP001 }]";

/** CP001 is connected, and answers with `answer`; or it is `absent`. */
export function openRoadOut(
  answer: CallOutcome | (() => Promise<CallOutcome>) | "absent" = ACCEPTED,
  yaml = REGISTER,
  keep?: KeepEntry,
): RoadOutInTest {
  const settings = accept(`${yaml}\n`);
  const clock = new HandClock();
  const lines: Line[] = [];
  const log = logInto(lines);
  const told: RoadOutInTest["told"] = [];
  const sent: string[] = [];
  const alarms: string[] = [];
  const { limits, ocpp } = settings;
  const effects = new Effects({
    clock,
    log,
    timeoutSeconds: ocpp.effectTimeoutSeconds,
    most: limits.maxAwaitedEffects,
    mostPerChargePoint: limits.maxAwaitedEffectsPerChargePoint,
  });
  const witness = {
    publish: (_: Twin | undefined, after: Twin) => void told.push(after),
    forget: () => {},
    announce: (occurrence: Occurrence) => void told.push(occurrence),
  };
  const house: House = { twins: new Twins(), projections: [witness, effects], sequences: new Sequences() };
  const register = new Register(settings, [], keep);
  const known = { twins: [], transactions: [] };
  const vendorProfiles = new VendorProfiles({ profiles: [], datapoints: [] }, (id) => register.get(id));
  fillHouse({ house, settings, vendorProfiles, register, clock, log, known, forget: () => {} });
  const link = {
    call: async (action: string, payload: object, goesOut: () => void): Promise<CallOutcome> => {
      const isSent =
        typeof answer === "function" || !["offline", "queueFull", "expired"].includes((answer as CallOutcome).kind);
      if (isSent) goesOut();
      sent.push(`${action} ${JSON.stringify(payload)}`);
      return typeof answer === "function" ? answer() : (answer as CallOutcome);
    },
  };
  const room = new DecisionEventRoom(limits, clock, log);
  const road: RoadOut = {
    house,
    settings,
    clock,
    counts: new Counts(),
    log,
    register,
    idTags: new IdTags(settings.limits.maxIdTags),
    accounts: new Accounts(),
    trust: { trust: async () => "unknown", reject: async () => "unknown" },
    audit: () => {},
    idTagImports: new IdTagImports(clock, settings.limits.maxIdTags),
    fillingLocalList: new Set(),
    decisions: {
      scada: new ScadaQuestions({ house, settings, clock, room, nextRequestId: randomUUID }),
      reload: () => "",
    },
    effects,
    denials: new Denials(log, clock),
    alarms: {
      effectMissed: (chargePointId, { connector, missing }) =>
        void alarms.push(`${chargePointId} ${connector} missed: ${missing.text}`),
      effectSeen: (chargePointId, connector) => void alarms.push(`${chargePointId} ${connector} seen`),
    },
    linkOf: (id) => (id === "CP001" && answer !== "absent" ? link : undefined),
  };
  const twin = (id = "CP001"): Twin => {
    const found = house.twins.get(id);
    if (found === undefined) throw new Error(`no twin ${id}`);
    return found;
  };
  const happen = (...events: TwinEvent[]): void => void apply(house, twin(), events);
  if (answer !== "absent" && house.twins.get("CP001") !== undefined)
    happen({ type: "Linked", remoteAddress: "::1", securityProfile: 0, ocppVersion: "1.6", at: 1000, received: 1000 });
  return {
    road,
    clock,
    lines,
    told,
    sent,
    alarms,
    twin,
    happen,
    occurrences: () =>
      told.filter((each) => "severity" in each).filter(({ type }) => type === "CommandFinishedEventType"),
    send: (command, role = "administrator", via = "method") =>
      sendCommand(road, command, { via, role, user: "ANNA", isPrivate: true }),
  };
}

export function logInto(lines: Line[]): Log {
  const write =
    (level: string) =>
    (fields: LogFields, message: string): void =>
      void lines.push({ level, fields, message });
  const log: Log = {
    debug: write("debug"),
    info: write("info"),
    warn: write("warn"),
    error: write("error"),
    child: () => log,
  };
  return log;
}

/** A call of an action of CP001. */
export function call(action: string, payload: object = {}, connectorId?: number): Command {
  return {
    kind: "call",
    chargePointId: "CP001",
    action,
    payload: payload as Readonly<Record<string, unknown>>,
    ...(connectorId === undefined ? {} : { connectorId }),
  };
}
