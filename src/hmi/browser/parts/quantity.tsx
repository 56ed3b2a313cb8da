// A value with its unit and its quality: one that is old or doubtful looks different from a good one and from an alarm, and says why.
import type { DatapointValue } from "../../shapes.ts";
import { quantityText } from "../numbers.ts";
import { text } from "../texts.ts";
import { Shape } from "./shape.tsx";

export type Quality = DatapointValue["quality"];

interface QuantityProps {
  /** In the base unit; undefined or null where there is none. */
  readonly value: number | null | undefined;
  /** W, Wh, A, V, %, °C, s, ms, 1/s; another one is shown as it is. */
  readonly unit: string;
  readonly quality?: Quality;
}

export function Quantity({ value, unit, quality = "Good" }: QuantityProps) {
  if (value === undefined || value === null || quality === "BadWaitingForInitialData")
    return (
      <span class="quantity unknown" title={text("quality.BadWaitingForInitialData")}>
        –
      </span>
    );
  const shown = quantityText(value, unit);
  return (
    <span class={`quantity ${quality}`} title={quality === "Good" ? undefined : text(`quality.${quality}`)}>
      <QualityMark quality={quality} />
      <span class="number">{shown.number}</span> <span class="unit">{shown.unit}</span>
    </span>
  );
}

/** The shape that says that a value is not good; nothing for one that is. */
export function QualityMark({ quality }: { readonly quality: Quality }) {
  if (quality === "Good") return null;
  return (
    <>
      <Shape of="stale" />
      <span class="unseen">{text(`quality.${quality}`)} </span>
    </>
  );
}
