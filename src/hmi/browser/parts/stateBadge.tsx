// A state as shape and text. Only what is abnormal has a colour (ISA-101.01): normal states are grey and differ by shape.
import type { ComponentChildren } from "preact";
import type { State } from "../states.ts";
import { isTextKey, text } from "../texts.ts";
import { Shape, type ShapeName } from "./shape.tsx";

type Tone = "quiet" | "running" | "warning" | "alarm" | "stale";

const looks: Readonly<Record<State, { readonly shape: ShapeName; readonly tone: Tone }>> = {
  Available: { shape: "ring", tone: "quiet" },
  Preparing: { shape: "dot", tone: "quiet" },
  Charging: { shape: "bolt", tone: "running" },
  SuspendedEV: { shape: "pause", tone: "quiet" },
  SuspendedEVSE: { shape: "pause", tone: "quiet" },
  Finishing: { shape: "dot", tone: "quiet" },
  Reserved: { shape: "flag", tone: "quiet" },
  Unavailable: { shape: "barred", tone: "warning" },
  Faulted: { shape: "diamond", tone: "alarm" },
  Offline: { shape: "stale", tone: "stale" },
  NeverConnected: { shape: "stale", tone: "quiet" },
  Unknown: { shape: "ring", tone: "quiet" },
};

/** `title` says more about it; `before` stands between shape and text, such as the number of the connector. */
export function StateBadge({ state, title, before }: { readonly state: State; title?: string; before?: string }) {
  const { shape, tone } = looks[state];
  return (
    <Badge shape={shape} tone={tone} {...(title !== undefined && { title })}>
      {before} {stateText(state)}
    </Badge>
  );
}

/** A badge for anything that has no state of its own above. */
export function Badge(props: {
  readonly shape: ShapeName;
  readonly tone: Tone;
  readonly title?: string;
  readonly children: ComponentChildren;
}) {
  return (
    <span class={`badge ${props.tone}`} title={props.title}>
      <Shape of={props.shape} /> <span>{props.children}</span>
    </span>
  );
}

/** A name from outside that we have no words for is shown as it is. */
export function stateText(state: string): string {
  const key = `state.${state}`;
  return isTextKey(key) ? text(key) : state;
}
