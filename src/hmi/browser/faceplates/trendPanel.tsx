// The last hours or days of a connector from the history. What is not known is a gap, what is doubtful is marked, both also in words.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { ChargePointRow, TrendSample, TrendView } from "../../shapes.ts";
import { bridgeNow, get, type Answer } from "../api.ts";
import type { Reading } from "../reading.ts";
import { RefusalNote } from "../parts/refusalNote.tsx";
import { exactTime } from "../parts/relativeTime.tsx";
import { Shape } from "../parts/shape.tsx";
import { text, type TextKey } from "../texts.ts";
import { measuredOf, meterPaths } from "./meterPaths.ts";
import { TrendFigure } from "./trendFigure.tsx";
import { offlineSpans, trendOf, untilNextMs, type Span, type Trend } from "./trendData.ts";

const HOUR_MS = 3_600_000;
const hours = [1, 8, 24, 168] as const;
const POINTS = 300;

const trends = [
  { of: "power", label: "chargePoints.power", unit: "W", least: 0 },
  { of: "current", label: "faceplate.currentOfAll", unit: "A", least: 0 },
  { of: "soc", label: "faceplate.soc", unit: "%", least: 0, greatest: 100 },
  { of: "register", label: "faceplate.register", unit: "Wh" },
] as const satisfies readonly {
  readonly of: keyof typeof meterPaths;
  readonly label: TextKey;
  readonly unit: string;
  readonly least?: number;
  readonly greatest?: number;
}[];

interface Shown {
  readonly range: Span;
  readonly offline: readonly Span[];
  /** In the order of `trends`. */
  readonly trends: readonly Trend[];
  readonly isCut: boolean;
}

interface TrendPanelProps {
  readonly row: ChargePointRow;
  readonly connectorId: number;
}

export function TrendPanel({ row, connectorId }: TrendPanelProps) {
  const chosen = useSignal<(typeof hours)[number]>(1);
  const { value: shown, refusal } = useShown(row, connectorId, chosen.value);
  return (
    <section class="panel is-wide" aria-labelledby="trend">
      <div class="trend-heading">
        <h2 id="trend">{text("faceplate.trend")}</h2>
        <div class="row-of-buttons" role="group" aria-labelledby="trend">
          {hours.map((each) => (
            <button
              key={each}
              type="button"
              aria-pressed={each === chosen.value}
              onClick={() => {
                chosen.value = each;
              }}
            >
              {text(`faceplate.hours.${each}`)}
            </button>
          ))}
        </div>
      </div>
      <RefusalNote refusal={refusal} />
      {refusal !== undefined && shown !== undefined && (
        <p class="quiet">
          <Shape of="stale" /> {text("faceplate.trendOld", { at: exactTime(shown.range.to) })}
        </p>
      )}
      {shown === undefined && refusal === undefined && <p class="quiet">{text("shell.waiting")}</p>}
      {shown !== undefined && <Figures shown={shown} hours={chosen.value} />}
    </section>
  );
}

function Figures({ shown, hours: chosen }: { readonly shown: Shown; readonly hours: number }) {
  const figures = trends.flatMap((described, place) => {
    const trend = shown.trends[place];
    return trend === undefined || trend.times.length === 0 ? [] : [{ ...described, trend }];
  });
  if (figures.length === 0) return <p class="quiet">{text("faceplate.noSamples")}</p>;
  return (
    <>
      {shown.offline.length > 0 && (
        <p class="quiet">
          <Shape of="stale" /> {text("faceplate.hatched")}
        </p>
      )}
      {shown.isCut && <p class="quiet">{text("faceplate.trendCut")}</p>}
      {figures.map(({ of, trend, ...described }) => (
        <TrendFigure
          key={of}
          {...described}
          contents={{ trend, range: shown.range, offline: shown.offline }}
          isLong={chosen > 24}
        />
      ))}
    </>
  );
}

/** Read at once, and again and again as long as it is open. A refusal leaves what was read before, unless it is of something else. */
function useShown(row: ChargePointRow, connectorId: number, chosen: number): Reading<Shown> {
  const shown = useSignal<Reading<Shown>>({});
  const isConnected = row.connection === "Connected";
  useEffect(() => {
    shown.value = {};
  }, [row.id, connectorId, chosen, shown]);
  useEffect(() => {
    let isOpen = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = async () => {
      // What the bridge has told of its time may be a second old, and then what the row tells already would lie behind the end.
      const to = Math.max(bridgeNow(), row.since + 1);
      const range = { from: to - chosen * HOUR_MS, to };
      const answer = await readTrends({ chargePointId: row.id, connectorId, isConnected, range }, () => isOpen);
      if (!isOpen) return;
      const isRead = answer.kind === "answer";
      shown.value = isRead ? { value: answer.value } : { ...shown.peek(), refusal: answer };
      const connectedForMs = isConnected ? bridgeNow() - row.since : undefined;
      timer = setTimeout(() => void look(), untilNextMs({ shownMs: chosen * HOUR_MS, isRead, connectedForMs }));
    };
    void look();
    return () => {
      isOpen = false;
      clearTimeout(timer);
    };
  }, [row.id, row.since, connectorId, chosen, isConnected, shown]);
  return shown.value;
}

interface Asked {
  readonly chargePointId: string;
  readonly connectorId: number;
  readonly isConnected: boolean;
  readonly range: Span;
}

/** One after the other: the bridge reads only so many at once, and there are other faceplates. */
async function readTrends(asked: Asked, isWanted: () => boolean): Promise<Answer<Shown>> {
  const { chargePointId, connectorId, isConnected, range } = asked;
  const paths = trends.map(({ of }) => [connectorId, measuredOf(connectorId, of)?.path ?? meterPaths[of][0]] as const);
  const views: TrendView[] = [];
  for (const [connector, path] of [[0, "State/Connected"] as const, ...paths]) {
    const parameters = { chargePoint: chargePointId, connector, path, ...range, points: POINTS };
    const answer = await get<TrendView>("/api/history", parameters);
    if (answer.kind === "refusal") return answer;
    if (!isWanted()) break;
    views.push(answer.value);
  }
  const [links, ...measured] = views.map(({ samples }): readonly TrendSample[] => samples);
  const offline = offlineSpans(links ?? [], range, isConnected);
  return {
    kind: "answer",
    value: {
      range,
      offline,
      trends: measured.map((samples) => trendOf(samples, offline, range)),
      isCut: views.some(({ more }) => more),
    },
  };
}
