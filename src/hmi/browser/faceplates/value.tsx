// Datapoints of the charge point that is open, as facts: label and value, whose quality is seen.
import type { DatapointValue } from "../../shapes.ts";
import { datapointOf } from "../chargePoint.ts";
import { Quantity, QualityMark } from "../parts/quantity.tsx";
import { exactTime, RelativeTime } from "../parts/relativeTime.tsx";
import { isTextKey, text, type TextKey } from "../texts.ts";

/** How a value is written: a time, how long ago, JSON with line breaks, a quantity in its base unit, or as it is. */
export type Look = "text" | "time" | "ago" | "json" | { readonly unit: string };

export interface Fact {
  readonly label: TextKey;
  readonly path: string;
  readonly look?: Look;
}

/** A charge point tells some of them only rarely: those that it has never told are left out with `isShort`. */
export function Facts(props: {
  readonly of: readonly Fact[];
  readonly connector?: number;
  readonly isShort?: boolean;
}) {
  const { of, connector = 0, isShort = false } = props;
  const shown = of.filter(({ path }) => !isShort || hasValue(datapointOf(connector, path)));
  if (shown.length === 0) return <p class="quiet">{text("faceplate.nothingTold")}</p>;
  return (
    <table class="facts pairs">
      <tbody>
        {shown.map(({ label, path, look = "text" }) => (
          <tr key={path}>
            <th scope="row">{text(label)}</th>
            <td>
              <Value datapoint={datapointOf(connector, path)} look={look} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function hasValue(datapoint: DatapointValue | undefined): boolean {
  return datapoint?.value !== undefined && datapoint.value !== null && datapoint.value !== "";
}

export function Value({ datapoint, look = "text" }: { readonly datapoint: DatapointValue | undefined; look?: Look }) {
  const { value, quality = "BadWaitingForInitialData" } = datapoint ?? {};
  if (typeof look === "object")
    return <Quantity value={typeof value === "number" ? value : undefined} unit={look.unit} quality={quality} />;
  if (!hasValue(datapoint)) return <span class="unknown">–</span>;
  return (
    <span class={`value ${quality}`} title={quality === "Good" ? undefined : text(`quality.${quality}`)}>
      <QualityMark quality={quality} /> <Written value={value} look={look} />
    </span>
  );
}

function Written({ value, look }: { readonly value: DatapointValue["value"]; readonly look: Look }) {
  if (look === "time" && typeof value === "number") return <time>{exactTime(value)}</time>;
  if (look === "ago" && typeof value === "number") return <RelativeTime at={value} />;
  if (look === "json") return <pre class="json">{indented(String(value))}</pre>;
  if (typeof value === "boolean") return <>{text(value ? "faceplate.yes" : "faceplate.no")}</>;
  return <bdi>{wordOf(String(value))}</bdi>;
}

/** States of OCPP, of the connection and of the registration for which there are words. */
export function wordOf(value: string): string {
  const key = [`state.${value}`, `connection.${value}`, `registration.${value}`].find(isTextKey);
  return key === undefined ? value : text(key);
}

/** A text that is no JSON stays as it is. */
export function indented(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), null, 1);
  } catch {
    return json;
  }
}

/** What JSON from outside says, if it is JSON at all. */
export function parsed(datapoint: DatapointValue | undefined): unknown {
  if (typeof datapoint?.value !== "string") return undefined;
  try {
    return JSON.parse(datapoint.value) as unknown;
  } catch {
    return undefined;
  }
}
