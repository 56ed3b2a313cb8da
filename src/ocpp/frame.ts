// OCPP-J frames (OCPP-J 1.6 §4.2): text -> frame and back. Total: whatever the text, it returns a value and never throws.
// It knows no actions and no schemas.
import { parseFirmwareJson } from "../std/firmwareJson.ts";

/** A request of the other side (§4.2.1). */
export interface CallFrame {
  readonly kind: "call";
  readonly id: string;
  /** The id as sent when it was a number, against §4.1.4; the answer must bear exactly the id of the call (§4.2.2). */
  readonly numericId: number | undefined;
  readonly action: string;
  /** `{}` where the frame has null or nothing; otherwise whatever was sent. */
  readonly payload: unknown;
  /** What is wrong with the frame though it can be used. */
  readonly deviation: string | undefined;
  /** How many elements the frame has; 4 when it is as it should be. */
  readonly elements: number;
  /** The whole frame as received; `payloadText` cuts the payload out of it. */
  readonly text: string;
}

/** The answer to a call of ours (§4.2.2). */
export interface ResultFrame {
  readonly kind: "result";
  readonly id: string;
  readonly payload: unknown;
}

/** The refusal of a call of ours (§4.2.3). */
export interface ErrorFrame {
  readonly kind: "error";
  readonly id: string;
  readonly code: string;
  readonly description: string;
  readonly details: unknown;
}

/** A message type that this version does not know; §4.1.3: to be ignored. */
export interface IgnoredFrame {
  readonly kind: "ignored";
}

export type Frame = CallFrame | ResultFrame | ErrorFrame | IgnoredFrame;

/** A text that is no frame. With an id it can be answered by a CALLERROR, without one it can only be counted. */
export interface FrameProblem {
  readonly kind: "problem";
  readonly id?: string;
  readonly code: "FormationViolation";
  readonly description: string;
}

const CALL = 2;
const RESULT = 3;
const ERROR = 4;
const CALL_ELEMENTS = 4;

/** §4.1.4 */
const LONGEST_ID = 36;
const LONGEST_DESCRIPTION = 255;

const ignored: IgnoredFrame = { kind: "ignored" };

/** Reads one text frame. */
export function parseFrame(text: string): Frame | FrameProblem {
  const frame = parseFirmwareJson(text);
  if (frame === undefined) return problem("the frame is not JSON", idInBrokenCall(text));
  if (!Array.isArray(frame)) return problem("the frame is not a JSON array", undefined);
  const type: unknown = frame[0];
  if (type === CALL) return readCall(frame, text);
  if (type === RESULT || type === ERROR) return readAnswer(frame, type);
  return typeof type === "number" ? ignored : problem("the frame has no message type", undefined);
}

/** The payload of a call as the JSON text that was received; `{}` where there is none. */
export function payloadText({ text, payload, elements }: CallFrame): string {
  const head = elements === CALL_ELEMENTS ? HEAD.exec(text) : null;
  if (head === null) return stringify(payload);
  const cut = text.slice(head[0].length, text.lastIndexOf("]")).trim();
  return cut === "null" ? "{}" : cut;
}

/** JSON text of what JSON.parse made; what is nested too deep to be written is left out. */
function stringify(payload: unknown): string {
  try {
    return JSON.stringify(payload);
  } catch {
    return "{}";
  }
}

/** A CALL with our own message id. */
export function encodeCall(id: string, action: string, payload: unknown): string {
  return `[2,${JSON.stringify(id)},${JSON.stringify(action)},${JSON.stringify(payload)}]`;
}

/** A CALLRESULT; `id` is that of the call, as it was sent. */
export function encodeResult(id: string | number, payload: unknown): string {
  return `[3,${JSON.stringify(id)},${JSON.stringify(payload)}]`;
}

/** A CALLERROR; `details` is always sent as an object, the description is cut to 255 characters (§4.2.3). */
export function encodeError(
  id: string | number,
  code: string,
  description: string,
  details: Readonly<Record<string, unknown>>,
): string {
  const short = JSON.stringify(description.slice(0, LONGEST_DESCRIPTION));
  return `[4,${JSON.stringify(id)},${JSON.stringify(code)},${short},${JSON.stringify(details)}]`;
}

// `[2, "id", "Action",` with JSON strings, up to the payload.
const HEAD = /^\s*\[\s*2\s*,\s*(?:"(?:[^"\\]|\\.)*"|[-+.\deE]+)\s*,\s*"(?:[^"\\]|\\.)*"\s*,/;
const BROKEN_CALL = /^\s*\[\s*2\s*,\s*"([^"\\]{1,36})"/;

function idInBrokenCall(text: string): string | undefined {
  return BROKEN_CALL.exec(text)?.[1];
}

function readCall(frame: readonly unknown[], text: string): CallFrame | FrameProblem {
  const [, sentId, action, sentPayload] = frame;
  const id = readId(sentId);
  if (id === undefined) return problem("the message id is not a text", undefined);
  if (typeof action !== "string") return problem("the action is missing or not a text", id);
  return {
    kind: "call",
    id,
    numericId: typeof sentId === "number" ? sentId : undefined,
    action,
    payload: sentPayload ?? {},
    deviation: deviationOf(frame, sentId),
    elements: frame.length,
    text,
  };
}

function deviationOf(frame: readonly unknown[], id: unknown): string | undefined {
  if (typeof id === "number") return "the message id is a number, not a text";
  if ((id as string).length > LONGEST_ID) return `the message id is longer than ${LONGEST_ID}`;
  if (frame.length !== CALL_ELEMENTS) return `the frame has ${frame.length} elements, not ${CALL_ELEMENTS}`;
  return undefined;
}

function readAnswer(frame: readonly unknown[], type: 3 | 4): Frame | FrameProblem {
  const [, sentId, third, fourth, fifth] = frame;
  const id = readId(sentId);
  if (id === undefined) return problem("the message id is not a text", undefined);
  if (type === RESULT) return { kind: "result", id, payload: third ?? {} };
  return {
    kind: "error",
    id,
    code: typeof third === "string" ? third : "GenericError",
    description: typeof fourth === "string" ? fourth : "",
    details: fifth ?? {},
  };
}

function readId(id: unknown): string | undefined {
  if (typeof id === "string") return id;
  // JSON reads 1e400 as infinity, which no answer could bear.
  return typeof id === "number" && Number.isFinite(id) ? String(id) : undefined;
}

function problem(description: string, id: string | undefined): FrameProblem {
  const code = "FormationViolation";
  return id === undefined ? { kind: "problem", code, description } : { kind: "problem", id, code, description };
}
