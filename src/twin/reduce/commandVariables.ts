// The command variables: prepared, triggered, concluded.
import type { CommandConcluded, CommandPartsRefused, CommandPrepared, CommandTriggered } from "../events.ts";
import type { CommandPart, CommandVariables, Twin } from "../twin.ts";

export function prepareCommand(twin: Twin, { type: _, by, shownPayload, ...prepared }: CommandPrepared): Twin {
  const { action, payload } = prepared;
  const command = withoutRefusal(twin.command, (part) => (part === "action" ? action : payload) !== undefined);
  const writtenBy = {
    ...command.writtenBy,
    ...(action !== undefined && { action: by }),
    ...(payload !== undefined && { payload: by }),
  };
  const { shownPayload: before, ...rest } = command;
  const shown = payload === undefined ? before : shownPayload;
  return { ...twin, command: { ...rest, ...prepared, writtenBy, ...(shown !== undefined && { shownPayload: shown }) } };
}

export function refuseCommandParts(twin: Twin, { parts }: CommandPartsRefused): Twin {
  const command = withoutRefusal(twin.command, (part) => parts.includes(part));
  return { ...twin, command: { ...command, refused: [...(command.refused ?? []), ...parts] } };
}

function withoutRefusal(
  { refused = [], ...command }: CommandVariables,
  isOver: (part: CommandPart) => boolean,
): CommandVariables {
  const left = refused.filter((part) => !isOver(part));
  return left.length === 0 ? command : { ...command, refused: left };
}

export function triggerCommand(twin: Twin, { type: _, ...stamp }: CommandTriggered): Twin {
  return { ...twin, command: { ...twin.command, triggered: true, ...stamp } };
}

export function concludeCommand(twin: Twin, { type: _, keepsTriggered, ...concluded }: CommandConcluded): Twin {
  const { command } = twin;
  const triggered = keepsTriggered === true && command.triggered;
  // A UInt32, which begins anew after the last.
  return { ...twin, command: { ...command, triggered, sequence: (command.sequence + 1) >>> 0, ...concluded } };
}
