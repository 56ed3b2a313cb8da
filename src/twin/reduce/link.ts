// Connecting, disconnecting and signs of life.
import type { Heard, HeartbeatReceived, Linked, Unlinked } from "../events.ts";
import type { LinkState, Twin } from "../twin.ts";

export function link(twin: Twin, { type: _, ...linked }: Linked): Twin {
  const { at, received } = linked;
  const state: LinkState = { ...linked, state: "Connected", connectedSince: at };
  return { ...twin, link: state, presence: { connected: true, at, received } };
}

export function unlink(twin: Twin, { at, received }: Unlinked): Twin {
  if (twin.link.state !== "Connected") return twin;
  return {
    ...twin,
    link: { ...twin.link, state: "Disconnected", at, received },
    presence: { connected: false, at, received },
  };
}

export function hear(twin: Twin, { at, received }: Heard): Twin {
  return { ...twin, lastMessage: { at, received } };
}

export function heartbeat(twin: Twin, { at, received }: HeartbeatReceived): Twin {
  return { ...twin, lastHeartbeat: { at, received }, presence: { ...twin.presence, at, received } };
}
