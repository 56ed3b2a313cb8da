// One trend as a figure: the chart, and in words what it shows, for whoever does not see it and for what a line cannot say.
import { useSignal, type ReadonlySignal } from "@preact/signals";
import { useEffect, useId, useRef } from "preact/hooks";
import { isDark } from "../darkness.ts";
import { quantityText } from "../numbers.ts";
import { Shape } from "../parts/shape.tsx";
import { language } from "../preferences.ts";
import { text, type TextKey } from "../texts.ts";
import type { Chart, ChartContents, ChartOptions } from "./trendChart.ts";
import type { Trend } from "./trendData.ts";

interface TrendFigureProps {
  readonly label: TextKey;
  readonly unit: string;
  readonly least?: number;
  readonly greatest?: number;
  readonly contents: ChartContents;
  /** The axis names days. */
  readonly isLong: boolean;
}

const MOST_GAPS_NAMED = 3;

export function TrendFigure(props: TrendFigureProps) {
  const { label, unit, contents, isLong } = props;
  const captionId = useId();
  const hovered = useSignal<number | undefined>(undefined);
  return (
    <figure class="trend" aria-labelledby={captionId}>
      <figcaption id={captionId}>
        <strong>{text(label)}</strong> <Reading trend={contents.trend} unit={unit} hovered={hovered} />{" "}
        <Doubts trend={contents.trend} />
        <Gaps trend={contents.trend} isLong={isLong} />
      </figcaption>
      <Canvas
        key={`${isDark.value}/${language.value}/${isLong}`}
        {...props}
        onHover={(place) => {
          hovered.value = place;
        }}
      />
    </figure>
  );
}

function Canvas(props: TrendFigureProps & { readonly onHover: (place: number | undefined) => void }) {
  const { unit, least, greatest, contents, isLong, onHover } = props;
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<Chart | undefined>(undefined);
  const latest = useRef(contents);
  latest.current = contents;
  useEffect(() => {
    let isOpen = true;
    const times = timesOf(isLong);
    const draw = (open: (options: ChartOptions) => Chart) => {
      if (!isOpen || place.current === null) return;
      chart.current = open({
        place: place.current,
        written: (value) => quantityText(value, unit).number,
        time: (at) => times.format(at),
        least,
        greatest,
        onHover,
      });
      chart.current.show(latest.current);
    };
    // Without it, where the bridge cannot be reached, the words beside it still say what there is.
    import("./trendChart.ts").then(
      ({ openChart }) => draw(openChart),
      () => {},
    );
    return () => {
      isOpen = false;
      chart.current?.end();
      chart.current = undefined;
    };
    // oxlint-disable-next-line react/exhaustive-deps -- what differs otherwise comes with another key
  }, []);
  useEffect(() => chart.current?.show(contents), [contents]);
  return <div ref={place} class="chart" aria-hidden="true" />;
}

function timesOf(isLong: boolean): Intl.DateTimeFormat {
  const ofDay = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;
  return new Intl.DateTimeFormat(language.value, isLong ? { ...ofDay, day: "2-digit", month: "2-digit" } : ofDay);
}

interface ReadingProps {
  readonly trend: Trend;
  readonly unit: string;
  readonly hovered: ReadonlySignal<number | undefined>;
}

/** What stands under the pointer, or else the last one. */
function Reading({ trend: { times, values }, unit, hovered }: ReadingProps) {
  const last = values.findLastIndex((value) => value !== null);
  const place = hovered.value !== undefined && values[hovered.value] !== null ? hovered.value : last;
  const [at, value] = [times[place], values[place]];
  if (at === undefined || value === undefined || value === null) return null;
  const { number, unit: shown } = quantityText(value, unit);
  return (
    <span class="reading">
      {number} {shown} <time class="quiet">{exact().format(at)}</time>
    </span>
  );
}

function exact(isLong = false): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat(language.value, {
    ...(isLong && { day: "2-digit", month: "2-digit" }),
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  });
}

function Doubts({ trend: { doubtful } }: { readonly trend: Trend }) {
  const count = doubtful.filter((value) => value !== null).length;
  if (count === 0) return null;
  return (
    <span class="doubts">
      <Shape of="stale" /> {text("faceplate.doubtful", { count })}
    </span>
  );
}

/** The last ones by their times. */
function Gaps({ trend: { gaps }, isLong }: { readonly trend: Trend; readonly isLong: boolean }) {
  if (gaps.length === 0) return null;
  const time = exact(isLong);
  return (
    <span class="gaps">
      <Shape of="stale" /> {text("faceplate.gaps", { count: gaps.length })}{" "}
      {gaps
        .slice(-MOST_GAPS_NAMED)
        .map(({ from, to }) => `${time.format(from)} – ${time.format(to)}`)
        .join(", ")}
    </span>
  );
}
