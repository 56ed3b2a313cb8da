// The command variables: prepared, triggered, concluded.
import type { CommandConcluded, CommandPrepared, CommandTriggered } from "../events.ts";
import type { Twin } from "../twin.ts";

export function prepareCommand(twin: Twin, { type: _, ...prepared }: CommandPrepared): Twin {
  return { ...twin, command: { ...twin.command, ...prepared } };
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
