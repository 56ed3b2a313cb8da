// What came of a command, in words for the person who has typed it, or as JSON for a program.
import { stringify } from "yaml";
import type { Refusal } from "../control/requests.ts";
import type { CommandOutcome, Payload } from "../twin/commands.ts";

/** A response, with a line break at its end. */
export function renderResponse(response: Payload, asJson: boolean): string {
  if (asJson) return `${harmless(JSON.stringify(response))}\n`;
  if (Object.keys(response).length === 0) return "done\n";
  return harmless(stringify(response, { lineWidth: 0 }));
}

/** Why there is no response, as one sentence. */
export function explainOutcome(chargePoint: string, outcome: Exclude<CommandOutcome, { kind: "answered" }>): string {
  return harmless(explain(JSON.stringify(chargePoint), outcome));
}

function explain(id: string, outcome: Exclude<CommandOutcome, { kind: "answered" }>): string {
  switch (outcome.kind) {
    case "callError":
      return `${id} answered with an error: ${outcome.code}: ${outcome.description}`;
    case "malformed":
      return `${id} answered with something that cannot be understood: ${outcome.text}`;
    case "timedOut":
      return `${id} has not answered in time; it was sent, and what came of it is unknown`;
    case "tooLarge":
      return `${id} has sent more at once than limits.maxFrameBytes of the settings allows, ${outcome.maxFrameBytes} bytes, so that it was not read; the command was sent, and what came of it is unknown`;
    case "offline":
      return `${id} is not connected; nothing was sent`;
    case "queueFull":
      return `too many commands wait for ${id} already; nothing was sent, try again later`;
    case "expired":
      return `it has waited too long behind other commands for ${id}; nothing was sent, try again later`;
    case "invalid":
      return `${outcome.path === "" ? "" : `${outcome.path}: `}${outcome.text}; nothing was sent`;
    case "unsupported":
    case "denied":
    case "unknown":
    case "conflict":
    case "exists":
      return outcome.text;
  }
}

/** Why a bridge has not even begun. */
export function explainRefusal({ code, text }: Refusal): string {
  const wayOut = code === "version" ? "; run the `ocpp-opcua` that the bridge was started with" : "";
  return harmless(`the bridge did not do it: ${text}${wayOut}`);
}

/** Characters that a terminal obeys, or that turn the text around, as escapes: a charge point may send any. */
export function harmless(text: string): string {
  return text.replaceAll(
    // oxlint-disable-next-line no-control-regex -- these are what it is about
    /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
