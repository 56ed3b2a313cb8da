// A value in its context: a bar as long as the limit allows, filled as far as the value goes. Over the limit it says so.
import { quantityText } from "../numbers.ts";
import { text } from "../texts.ts";
import { Shape } from "./shape.tsx";

interface LimitBarProps {
  readonly label: string;
  readonly value: number | undefined;
  /** Without a limit there is no bar: it would say nothing. */
  readonly limit: number | undefined;
  readonly unit: string;
  /** What is shown is old. */
  readonly isStale?: boolean;
}

/** Measuring is not exact: so much over the limit is nothing to tell. */
const TOLERANCE = 1.05;

export function LimitBar({ label, value, limit, unit, isStale = false }: LimitBarProps) {
  if (value === undefined || limit === undefined) return null;
  const scale = Math.max(limit, value, Number.MIN_VALUE);
  const isOver = !isStale && value > limit * TOLERANCE;
  const ofLimit = text("limitBar.value", {
    value: spelt(value, unit),
    limit: spelt(limit, unit),
  });
  const percent = (share: number) => `${((share / scale) * 100).toFixed(1)}%`;
  return (
    <span class={`limit-bar${isOver ? " over" : ""}${isStale ? " stale" : ""}`} title={`${label}: ${ofLimit}`}>
      <span
        class="track"
        role="meter"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={scale}
        aria-valuenow={value}
        aria-valuetext={ofLimit}
      >
        <span class="fill" style={{ width: percent(value) }} />
        <span class="limit" style={{ left: percent(limit) }} />
      </span>
      {isOver && <Shape of="triangle" />}
    </span>
  );
}

function spelt(value: number, unit: string): string {
  const shown = quantityText(value, unit);
  return `${shown.number} ${shown.unit}`;
}
