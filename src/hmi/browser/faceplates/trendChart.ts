// Draws one trend on a canvas. Loaded when a trend is first shown, so that the first paint stays small. It knows no history.
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { Span, Trend } from "./trendData.ts";

export interface ChartOptions {
  readonly place: HTMLElement;
  /** As the scale shows a value in its base unit. */
  readonly written: (value: number) => string;
  /** Epoch ms, as the axis shows it. */
  readonly time: (at: number) => string;
  /** The scale always has these, in the base unit. */
  readonly least: number | undefined;
  readonly greatest: number | undefined;
  readonly onHover: (place: number | undefined) => void;
}

export interface ChartContents {
  readonly trend: Trend;
  readonly range: Span;
  /** When the charge point was not connected. */
  readonly offline: readonly Span[];
}

export interface Chart {
  readonly show: (contents: ChartContents) => void;
  readonly end: () => void;
}

const HEIGHT_PX = 112;
const AXIS_PX = 56;
const HATCH_PX = 6;
const POINT_PX = 7;

/** Charts of one page point at the same time. */
const cursors = uPlot.sync("trends");

export function openChart(options: ChartOptions): Chart {
  const { place, onHover } = options;
  const contents: { now?: ChartContents } = {};
  const colours = coloursOf(place);
  const plot = new uPlot(
    {
      width: Math.max(200, place.clientWidth),
      height: HEIGHT_PX,
      legend: { show: false },
      cursor: { sync: { key: cursors.key }, drag: { x: false, y: false }, points: { show: false }, y: false },
      scales: { x: { time: true, auto: false }, y: { range: (_, low, high) => rangeOf(options, low, high) } },
      axes: axesOf(options, colours),
      series: seriesOf(colours),
      hooks: {
        drawClear: [(self) => hatch(self, contents.now?.offline ?? [], colours)],
        setCursor: [({ cursor: { idx } }) => onHover(idx ?? undefined)],
      },
    },
    [[], [], []],
    place,
  );
  const resized = new ResizeObserver(() =>
    plot.setSize({ width: Math.max(200, place.clientWidth), height: HEIGHT_PX }),
  );
  resized.observe(place);
  return {
    show: (next) => {
      contents.now = next;
      const { times, values, doubtful } = next.trend;
      plot.setData([times.map(seconds), [...values], [...doubtful]], false);
      plot.setScale("x", { min: seconds(next.range.from), max: seconds(next.range.to) });
    },
    end: () => {
      resized.disconnect();
      plot.destroy();
    },
  };
}

function seconds(ms: number): number {
  return ms / 1000;
}

function rangeOf({ least, greatest }: ChartOptions, low: number | null, high: number | null): [number, number] {
  const bottom = Math.min(least ?? low ?? 0, low ?? Infinity);
  const top = Math.max(greatest ?? high ?? 1, high ?? -Infinity);
  return top > bottom ? [bottom, bottom + (top - bottom) * 1.08] : [bottom, bottom + 1];
}

interface Colours {
  readonly line: string;
  readonly text: string;
  readonly grid: string;
  readonly stale: string;
}

/** The canvas does not know the page's properties: each is asked of an element that has it. */
function coloursOf(place: HTMLElement): Colours {
  const probe = document.createElement("span");
  place.append(probe);
  const colourOf = (property: string) => {
    probe.style.color = `var(${property})`;
    return getComputedStyle(probe).color;
  };
  const colours = {
    line: colourOf("--running"),
    text: colourOf("--quiet"),
    grid: colourOf("--line"),
    stale: colourOf("--stale"),
  };
  probe.remove();
  return colours;
}

function axesOf({ written, time }: ChartOptions, { text, grid }: Colours): uPlot.Axis[] {
  const shared = { stroke: text, grid: { stroke: grid, width: 1 }, ticks: { show: false }, font: "12px system-ui" };
  return [
    { ...shared, size: 26, space: 80, values: (_, splits) => splits.map((split) => time(split * 1000)) },
    { ...shared, size: AXIS_PX, space: 30, values: (_, splits) => splits.map(written) },
  ];
}

function seriesOf({ line, stale }: Colours): uPlot.Series[] {
  return [
    {},
    { stroke: line, width: 1.5, spanGaps: false, points: { show: true, size: 3, fill: line } },
    // No line: each sample that is not good is a mark of its own.
    {
      paths: () => null,
      points: { show: true, size: POINT_PX, stroke: stale, fill: "transparent", width: 2, filter: whereKnown },
      stroke: stale,
    },
  ];
}

function whereKnown(self: uPlot, series: number): number[] {
  return [...(self.data[series] ?? [])].flatMap((value, place) => (typeof value === "number" ? [place] : []));
}

/** Times without connection, as what is old looks everywhere. */
function hatch(plot: uPlot, offline: readonly Span[], { stale }: Colours): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.strokeStyle = stale;
  ctx.globalAlpha = 0.25;
  ctx.lineWidth = 1;
  for (const { from, to } of offline) {
    const left = Math.max(bbox.left, plot.valToPos(seconds(from), "x", true));
    const right = Math.min(bbox.left + bbox.width, plot.valToPos(seconds(to), "x", true));
    if (right <= left) continue;
    ctx.save();
    ctx.beginPath();
    ctx.rect(left, bbox.top, right - left, bbox.height);
    ctx.clip();
    ctx.beginPath();
    for (let x = left - bbox.height; x < right; x += HATCH_PX) {
      ctx.moveTo(x, bbox.top + bbox.height);
      ctx.lineTo(x + bbox.height, bbox.top);
    }
    ctx.stroke();
    ctx.restore();
  }
  ctx.restore();
}
