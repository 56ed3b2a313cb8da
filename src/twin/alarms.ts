// The state of one alarm (OPC 10000-9 §5.5 to §5.8) as a plain value, and every way in which it changes. Pure: whoever senses or acts
// brings the time. What raises it stands in datapoints/alarms.ts.
import type { EpochMs } from "../std/clock.ts";

/** Where an alarm stands (datapoints/alarms.ts). */
export interface AlarmPlace {
  /** Empty for the bridge itself. */
  readonly chargePointId: string;
  /** 0 is the charge point itself. */
  readonly connector: number;
  readonly name: string;
}

/** An alarm as it was when the bridge ended. */
export interface KeptAlarm extends AlarmPlace {
  readonly state: AlarmState;
}

/** What an alarm was from a change on of which clients were told. */
export interface AlarmChange extends KeptAlarm {
  /** Whether its charge point was connected then; the bridge itself always is. */
  readonly isConnected: boolean;
}

/** Whether what is kept of events is the change of an alarm. */
export function isAlarmChange(kept: object): kept is AlarmChange {
  return "state" in kept;
}

/** An alarm for the disk: its state as text; undefined when there is nothing to remember. */
export interface AlarmRecord extends AlarmPlace {
  readonly kind: "alarm";
  readonly state: string | undefined;
}

/** The certificate that an alarm is about (OPC 10000-9 §5.8.24.7). */
export interface AlarmCertificate {
  /** DER in base64. */
  readonly der: string;
  readonly expiresAt: EpochMs;
  /** So long before it expires it is found. */
  readonly expirationLimitMs: number;
}

export type Shelving = "Unshelved" | "TimedShelved" | "OneShotShelved";

/** Every change that is told has a number of its own; the times are those of the last changes. */
export interface AlarmState {
  readonly enabled: boolean;
  readonly active: boolean;
  readonly acknowledged: boolean;
  readonly confirmed: boolean;
  /** An alarm of the charge point says more. */
  readonly suppressed: boolean;
  readonly shelving: Shelving;
  /** When it is unshelved by itself; 0 while it is not shelved. */
  readonly shelvedUntil: EpochMs;
  readonly severity: number;
  readonly lastSeverity: number;
  readonly message: string;
  /** Null where it is about none. */
  readonly certificate: AlarmCertificate | null;
  readonly comment: string;
  /** Who has commented, acknowledged or confirmed last. */
  readonly user: string;
  /** Number of the last change that was told: its time in ms, or one more than the last. 0 while none was. */
  readonly sequence: number;
  /** Number of the change that has made it active last: none before it can be acknowledged. */
  readonly raisedBy: number;
  /** When the last change happened. */
  readonly at: EpochMs;
  readonly enabledAt: EpochMs;
  readonly activeAt: EpochMs;
  readonly acknowledgedAt: EpochMs;
  readonly confirmedAt: EpochMs;
  readonly suppressedAt: EpochMs;
  readonly shelvedAt: EpochMs;
  readonly severityAt: EpochMs;
  readonly commentAt: EpochMs;
  /** Since when it is found, while it is not active yet; since when it is found no more, while it is still active; else 0. */
  readonly pendingSince: EpochMs;
}

/** Nothing is the matter: what is so need not be remembered. */
export const calm: AlarmState = {
  enabled: true,
  active: false,
  acknowledged: true,
  confirmed: true,
  suppressed: false,
  shelving: "Unshelved",
  shelvedUntil: 0,
  severity: 0,
  lastSeverity: 0,
  message: "",
  certificate: null,
  comment: "",
  user: "",
  sequence: 0,
  raisedBy: 0,
  at: 0,
  enabledAt: 0,
  activeAt: 0,
  acknowledgedAt: 0,
  confirmedAt: 0,
  suppressedAt: 0,
  shelvedAt: 0,
  severityAt: 0,
  commentAt: 0,
  pendingSince: 0,
};

/** Longest time for which an alarm can be shelved; a one shot ends then as well (OPC 10000-9 §5.8.2: MaxTimeShelved). */
export const MAX_SHELVED_MS = 24 * 3_600_000;

/** Whether a client that synchronises has to be told of it (OPC 10000-9 §5.5.2: Retain). */
export function isRetained({ enabled, active, acknowledged, confirmed }: AlarmState): boolean {
  return enabled && (active || !acknowledged || !confirmed);
}

/** Whether there is nothing to remember. */
export function isCalm(state: AlarmState): boolean {
  return state.enabled && !isRetained(state) && state.shelving === "Unshelved" && state.pendingSince === 0;
}

/** Whether clients have to be told of the change. */
export function isTold(before: AlarmState, after: AlarmState): boolean {
  return before.sequence !== after.sequence;
}

/** The last that is told of an alarm whose charge point is known no more since `at`; undefined where no client knows of it. */
export function removed(state: AlarmState, at: EpochMs): AlarmState | undefined {
  if (!isRetained(state)) return undefined;
  const { sequence, severity } = state;
  return told({ ...calm, sequence, severity, message: "The charge point was removed" }, at);
}

/** Why an alarm holds, and how severe that is. */
export interface RatedFinding {
  readonly text: string;
  readonly since?: EpochMs;
  readonly severity: number;
  readonly certificate?: AlarmCertificate;
}

/** What is so at a place, and how the alarm takes it. */
export interface Sensed {
  /** Why it holds; undefined when it does not. */
  readonly finding: RatedFinding | undefined;
  readonly isSuppressed: boolean;
  readonly onDelayMs: number;
  readonly offDelayMs: number;
  /** The on-delay counts from the last finding, not from the first. */
  readonly moves: boolean;
}

/** The alarm at `now`. */
export function sense(state: AlarmState, sensed: Sensed, now: EpochMs): AlarmState {
  if (!state.enabled) return state;
  const rested = state.shelving !== "Unshelved" && now >= state.shelvedUntil ? unshelved(state, now) : state;
  const found = isFound(rested, sensed, now) ? withFinding(rested, sensed, now) : withoutFinding(rested, sensed, now);
  const suppressed = sensed.isSuppressed && isRetained(found);
  if (suppressed === found.suppressed) return found;
  const after = { ...found, suppressed, suppressedAt: now };
  return isRetained(found) ? told(after, now) : after;
}

/** When it has to be sensed again though nothing has happened; undefined when it need not. */
export function dueAt(
  state: AlarmState,
  { onDelayMs, offDelayMs }: Pick<Sensed, "onDelayMs" | "offDelayMs">,
): EpochMs | undefined {
  const due: EpochMs[] = [];
  if (state.pendingSince > 0) due.push(state.pendingSince + (state.active ? offDelayMs : onDelayMs));
  if (state.shelving !== "Unshelved") due.push(state.shelvedUntil);
  return due.length === 0 ? undefined : Math.min(...due);
}

/** One that moves is over as soon as it has moved: it is found anew only after another delay. */
function isFound({ active }: AlarmState, { finding, moves, onDelayMs }: Sensed, now: EpochMs): boolean {
  if (finding === undefined) return false;
  return !(active && moves && now < (finding.since ?? now) + onDelayMs);
}

function withFinding(state: AlarmState, { finding, onDelayMs, moves }: Sensed, now: EpochMs): AlarmState {
  if (finding === undefined) return state;
  const { severity } = finding;
  if (state.active && isAboutAnother(state, finding)) return raise(state, finding, now);
  if (state.active) {
    const stays = state.pendingSince === 0 ? state : { ...state, pendingSince: 0 };
    if (severity === state.severity) return stays;
    return told({ ...stays, severity, lastSeverity: state.severity, severityAt: now }, now);
  }
  const since = state.pendingSince === 0 || moves ? Math.min(finding.since ?? now, now) : state.pendingSince;
  if (now < since + onDelayMs) return since === state.pendingSince ? state : { ...state, pendingSince: since };
  return raise(state, finding, now);
}

/** Whoever has acknowledged that one certificate expires knows nothing of the next. */
function isAboutAnother({ certificate }: AlarmState, finding: RatedFinding): boolean {
  return certificate?.der !== finding.certificate?.der;
}

function raise(state: AlarmState, { text, severity, certificate }: RatedFinding, now: EpochMs): AlarmState {
  const raised = told(
    {
      ...state,
      active: true,
      activeAt: now,
      acknowledged: false,
      confirmed: true,
      pendingSince: 0,
      severity,
      lastSeverity: state.severity,
      severityAt: now,
      message: text,
      certificate: certificate ?? null,
    },
    now,
  );
  return { ...raised, raisedBy: raised.sequence };
}

function withoutFinding(state: AlarmState, { offDelayMs }: Sensed, now: EpochMs): AlarmState {
  if (!state.active) return state.pendingSince === 0 ? state : { ...state, pendingSince: 0 };
  const since = state.pendingSince === 0 ? now : state.pendingSince;
  if (now < since + offDelayMs) return since === state.pendingSince ? state : { ...state, pendingSince: since };
  const over = { ...state, active: false, activeAt: now, pendingSince: 0, message: `Over: ${state.message}` };
  // OPC 10000-9 §5.8.17: a one shot lasts until the alarm is over.
  const rested = state.shelving === "OneShotShelved" ? { ...over, ...noShelving, shelvedAt: now } : over;
  return told(rested, now);
}

const noShelving = { shelving: "Unshelved", shelvedUntil: 0 } as const;

function unshelved(state: AlarmState, now: EpochMs): AlarmState {
  return told({ ...state, ...noShelving, shelvedAt: now }, now);
}

/** The next change that clients are told of. */
function told(state: AlarmState, now: EpochMs): AlarmState {
  return { ...state, at: now, sequence: Math.max(now, state.sequence + 1) };
}

// ---------------------------------------------------------------------------------------- what people do

/** Of a text that is not to be changed: undefined. */
interface Commented {
  /** Number of the change that it is about. */
  readonly sequence: number;
  readonly comment?: string | undefined;
}

/** The methods of conditions (OPC 10000-9 §5.5 to §5.8). */
export type AlarmAct =
  | ({ readonly kind: "acknowledge" | "confirm" | "addComment" } & Commented)
  | { readonly kind: "enable" | "disable" | "oneShotShelve" | "unshelve" }
  | { readonly kind: "timedShelve"; readonly milliseconds: number };

export const MAX_COMMENT_CHARACTERS = 1000;

/** Why something was not done (OPC 10000-9 §5.5 to §5.8); NotKnown: there is no such alarm; Denied: the role does not suffice. */
export const alarmRefusals = [
  "Denied",
  "NotKnown",
  "CommentTooLong",
  "EventUnknown",
  "AlreadyAcknowledged",
  "AlreadyConfirmed",
  "AlreadyEnabled",
  "AlreadyDisabled",
  "Disabled",
  "AlreadyShelved",
  "NotShelved",
  "ShelvingTimeOutOfRange",
] as const;
export type AlarmRefusal = (typeof alarmRefusals)[number];

export type AlarmOutcome = "Done" | AlarmRefusal;

export interface Acting {
  readonly now: EpochMs;
  readonly user: string;
  /** Someone has to confirm what has been acknowledged. */
  readonly needsConfirmation: boolean;
}

/** The alarm after somebody has acted, or why it is as it was. */
export function actOn(state: AlarmState, act: AlarmAct, acting: Acting): AlarmState | AlarmRefusal {
  if (act.kind === "enable" || act.kind === "disable") return setEnabled(state, act.kind === "enable", acting.now);
  if (!state.enabled) return "Disabled";
  switch (act.kind) {
    case "acknowledge":
    case "confirm":
    case "addComment":
      return mark(state, act, acting);
    default:
      return shelve(state, act, acting.now);
  }
}

function setEnabled(state: AlarmState, enabled: boolean, now: EpochMs): AlarmState | AlarmRefusal {
  if (state.enabled === enabled) return enabled ? "AlreadyEnabled" : "AlreadyDisabled";
  const { sequence, severity } = state;
  // Of what is disabled nothing else is known (OPC 10000-9 §5.5.2); it is looked for anew when it is enabled.
  const message = enabled ? "Enabled" : "Disabled";
  return told({ ...calm, sequence, severity, enabled, enabledAt: now, message }, now);
}

function mark(state: AlarmState, act: Extract<AlarmAct, Commented>, acting: Acting): AlarmState | AlarmRefusal {
  const { now, user, needsConfirmation } = acting;
  const isKnown = state.raisedBy > 0 && act.sequence >= state.raisedBy && act.sequence <= state.sequence;
  if (!isKnown) return "EventUnknown";
  if ((act.comment?.length ?? 0) > MAX_COMMENT_CHARACTERS) return "CommentTooLong";
  const comment = act.comment === undefined ? {} : { comment: act.comment, commentAt: now };
  const after = { ...state, ...comment, user };
  switch (act.kind) {
    case "acknowledge": {
      if (state.acknowledged) return "AlreadyAcknowledged";
      const confirmed = !needsConfirmation;
      return told({ ...after, acknowledged: true, acknowledgedAt: now, confirmed, confirmedAt: now }, now);
    }
    case "confirm":
      if (state.confirmed) return "AlreadyConfirmed";
      return told({ ...after, confirmed: true, confirmedAt: now }, now);
    case "addComment":
      return told(after, now);
  }
}

function shelve(state: AlarmState, act: Exclude<AlarmAct, Commented>, now: EpochMs): AlarmState | AlarmRefusal {
  if (act.kind === "unshelve") return state.shelving === "Unshelved" ? "NotShelved" : unshelved(state, now);
  const isTimed = act.kind === "timedShelve";
  const shelving: Shelving = isTimed ? "TimedShelved" : "OneShotShelved";
  if (state.shelving === shelving) return "AlreadyShelved";
  const milliseconds = isTimed ? act.milliseconds : MAX_SHELVED_MS;
  if (!(milliseconds > 0 && milliseconds <= MAX_SHELVED_MS)) return "ShelvingTimeOutOfRange";
  return told({ ...state, shelving, shelvedUntil: now + milliseconds, shelvedAt: now }, now);
}

// ---------------------------------------------------------------------------------------- as text

/** What of a state is not as when calm; `calm` has the rest. */
export function withoutCalm(state: AlarmState): Partial<AlarmState> {
  return Object.fromEntries(Object.entries(state).filter(([key, value]) => value !== calm[key as keyof AlarmState]));
}

/** The state as JSON; what is as when calm is left out. */
export function alarmText(state: AlarmState): string {
  return JSON.stringify(withoutCalm(state));
}

/** The state that was written, or undefined when the text holds none. */
export function alarmFrom(text: string): AlarmState | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null) return undefined;
    const entries = Object.entries(value).filter(([key]) => key in calm);
    if (entries.some(([key, field]) => typeof field !== typeof calm[key as keyof AlarmState])) return undefined;
    const state: AlarmState = { ...calm, ...Object.fromEntries(entries) };
    const isWhole =
      ["Unshelved", "TimedShelved", "OneShotShelved"].includes(state.shelving) && isOne(state.certificate);
    return isWhole ? state : undefined;
  } catch {
    return undefined;
  }
}

function isOne(certificate: AlarmCertificate | null): boolean {
  if (certificate === null) return true;
  const { der, expiresAt, expirationLimitMs } = certificate;
  return typeof der === "string" && typeof expiresAt === "number" && typeof expirationLimitMs === "number";
}
