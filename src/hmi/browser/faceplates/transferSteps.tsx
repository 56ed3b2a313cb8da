// How far a transfer of firmware, diagnostics or a log is, and was: each status with its time, from the history, the newest first.
import { useEffect, useRef, useState } from "preact/hooks";
import type { TrendView } from "../../shapes.ts";
import { datapointOf } from "../chargePoint.ts";
import { RefusalNote } from "../parts/refusalNote.tsx";
import { exactTime } from "../parts/relativeTime.tsx";
import { useReading } from "../reading.ts";
import { text } from "../texts.ts";
import { hasValue, wordOf, type Fact } from "./value.tsx";

const DAY_MS = 86_400_000;
const DAYS = 7;
/** More than any transfer has: of fewer none is left out. */
const POINTS = 2000;
const MOST_SHOWN = 20;

/** Of those that the charge point has ever told. */
export function TransferSteps({ id, of }: { readonly id: string; readonly of: readonly Fact[] }) {
  return (
    <>
      {of
        .filter(({ path }) => hasValue(datapointOf(0, path)))
        .map((fact) => (
          <Steps key={`${id} ${fact.path}`} id={id} fact={fact} />
        ))}
    </>
  );
}

function Steps({ id, fact: { label, path } }: { readonly id: string; readonly fact: Fact }) {
  // A page may stay open for days: the range reaches as far into the time to come.
  const [range] = useState(() => ({ from: Date.now() - DAYS * DAY_MS, to: Date.now() + DAYS * DAY_MS }));
  const asked = { chargePoint: id, connector: 0, path, ...range, points: POINTS };
  const { value, refusal, again } = useReading<TrendView>("/api/history", asked);
  useAgainAtChange(path, again);
  const steps = value?.samples.filter(([, status]) => typeof status === "string").slice(-MOST_SHOWN) ?? [];
  const last = steps.at(-1);
  return (
    <details>
      <summary>
        {last === undefined
          ? text("faceplate.steps", { of: text(label) })
          : text("faceplate.stepsSince", { of: text(label), at: exactTime(last[0]) })}
      </summary>
      <RefusalNote refusal={refusal} />
      {value !== undefined && steps.length === 0 && <p class="quiet">{text("faceplate.noSteps", { days: DAYS })}</p>}
      {value?.lacksStates === true && <p class="quiet">{text("faceplate.stepsLacking")}</p>}
      {steps.length > 0 && (
        <table class="facts pairs">
          <caption class="unseen">{text("faceplate.steps", { of: text(label) })}</caption>
          <tbody>
            {steps.toReversed().map(([at, status]) => (
              <tr key={at}>
                <th scope="row">
                  <time dateTime={new Date(at).toISOString()}>{exactTime(at)}</time>
                </th>
                <td>
                  <bdi>{wordOf(String(status))}</bdi>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </details>
  );
}

/** Reads anew once the charge point has told another status. */
function useAgainAtChange(path: string, again: () => void): void {
  const { value, at } = datapointOf(0, path) ?? {};
  const now = JSON.stringify([value, at]);
  const before = useRef(now);
  useEffect(() => {
    if (before.current !== now) again();
    before.current = now;
  }, [now, again]);
}
