// The point list that SCADA engineers wire up from: of the whole site, or of one charge point with its real NodeIds.
import "../styles/siteLists.css";
import { computed } from "@preact/signals";
import { useEffect, useMemo, useState } from "preact/hooks";
import type { Point } from "../../../datapoints/pointList.ts";
import type { PointsView } from "../../siteShapes.ts";
import { get } from "../api.ts";
import type { Refused } from "../refused.ts";
import { sentenceText } from "../bridgeSentences.ts";
import { BridgeSentence } from "../parts/bridgeSentence.tsx";
import { numberText } from "../numbers.ts";
import { CopyButton } from "../parts/copyButton.tsx";
import { DataTable, type Column } from "../parts/dataTable.tsx";
import { chosen, FilterForm, FilterSearch, FilterSelect } from "../parts/filterForm.tsx";
import { RefusalNote } from "../parts/refusalNote.tsx";
import { language } from "../preferences.ts";
import { setQuery } from "../router.ts";
import { allIds } from "../rows.ts";
import { text } from "../texts.ts";

const kinds = ["history", "writable", "reported"] as const;

export function PointListPage() {
  const [chargePoint, search, kind] = [chosen("chargePoint"), chosen("text"), chosen("kind")];
  const { points, refusal } = usePoints(chargePoint);
  const chargePointSelect = useChargePointSelect();
  const shown = useMemo(() => points?.filter((point) => fits(point, search, kind)) ?? [], [points, search, kind]);
  const file = chargePoint === "" ? "" : `?${new URLSearchParams({ chargePoint })}`;
  return (
    <section class="filling">
      <h1>{text("page.pointList")}</h1>
      <FilterForm>
        {chargePointSelect}
        <FilterSearch />
        <FilterSelect
          name="kind"
          label="points.kind"
          choices={kinds.map((value) => ({ value, label: text(`points.${value}`) }))}
        />
        <a class="download" href={`/api/datapoints.csv${file}`} download="point-list.csv">
          {text("points.csv")}
        </a>
        <output>
          {text("points.shown", {
            shown: points === undefined ? "–" : numberText(shown.length),
            all: points === undefined ? "–" : numberText(points.length),
          })}
        </output>
      </FilterForm>
      <RefusalNote refusal={refusal} />
      <DataTable
        label={text("page.pointList")}
        columns={columns.value}
        rows={shown}
        keyOf={({ nodeId }) => nodeId}
        sort={chosen("sort")}
        onSort={(next) => setQuery({ sort: next })}
        empty={text(points === undefined ? "shell.waiting" : "points.none")}
      />
    </section>
  );
}

const chargePoints = computed(() => allIds.value.map((id) => ({ value: id, label: id })));

/** Rendered anew only where it changes: there may be ten thousand to choose from. */
function useChargePointSelect() {
  return useMemo(
    () => <FilterSelect name="chargePoint" label="points.chargePoint" choices={chargePoints.value} />,
    // oxlint-disable-next-line react/exhaustive-deps -- the language changes the label
    [chargePoints.value, language.value],
  );
}

/** All pages of the list. */
function usePoints(chargePoint: string) {
  const [read, setRead] = useState<{ readonly points?: readonly Point[]; readonly refusal?: Refused }>({});
  useEffect(() => {
    let isOver = false;
    setRead({});
    const readFrom = async (from: number, before: readonly Point[]): Promise<void> => {
      const parameters = { from, chargePoint: chargePoint === "" ? undefined : chargePoint };
      const answer = await get<PointsView>("/api/datapoints", parameters);
      if (isOver) return undefined;
      if (answer.kind === "refusal") return setRead({ points: [], refusal: answer });
      const points = [...before, ...answer.value.points];
      const { next } = answer.value;
      return next === undefined ? setRead({ points }) : readFrom(next, points);
    };
    void readFrom(0, []);
    return () => {
      isOver = true;
    };
  }, [chargePoint]);
  return read;
}

function fits(point: Point, search: string, kind: string): boolean {
  if (kind === "history" && point.history === "") return false;
  if (kind === "writable" && point.access === "R") return false;
  if (kind === "reported" && point.exists === "once reported") return false;
  const wanted = search.toLowerCase();
  return wanted === "" || `${point.nodeId} ${sentenceText(point.description)}`.toLowerCase().includes(wanted);
}

const columns = computed<readonly Column<Point>[]>(() => {
  const column = (
    key: keyof Point,
    width: number,
    shown = (point: Point) => sentenceText(point[key]),
  ): Column<Point> => ({
    key,
    title: text(`points.${key}`),
    width,
    cell: (point) => (
      <span class="clipped" title={shown(point)}>
        {shown(point)}
      </span>
    ),
    compare: (a, b) => shown(a).localeCompare(shown(b), undefined, { numeric: true }),
  });
  return [
    {
      ...column("nodeId", 330, ({ nodeId }) => nodeId),
      cell: ({ nodeId }) => (
        <span class="node-id">
          <CopyButton value={nodeId} label={text("points.copy", { nodeId })} />
          <code class="clipped" title={nodeId}>
            <bdi>{nodeId}</bdi>
          </code>
        </span>
      ),
    },
    column("dataType", 110),
    column("unit", 84, ({ unit }) => unit),
    column("range", 84, rangeOf),
    column("access", 72, ({ access }) => access),
    column("history", 88),
    column("exists", 108),
    {
      ...column("description", 214),
      cell: ({ description }) => (
        <span class="clipped" title={sentenceText(description)}>
          <BridgeSentence of={description} />
        </span>
      ),
    },
  ];
});

function rangeOf({ range }: Point): string {
  const [low = "", high] = range.split(" to ");
  return high === undefined ? low : text("points.fromTo", { low, high });
}
