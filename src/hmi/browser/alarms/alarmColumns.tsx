// The columns of the table of alarms.
import { computed } from "@preact/signals";
import type { AlarmRow } from "../../shapes.ts";
import { addressOf } from "../addresses.ts";
import { keyOf } from "../alarms.ts";
import { alarmName, sentenceText } from "../bridgeSentences.ts";
import { numberText } from "../numbers.ts";
import { BridgeSentence } from "../parts/bridgeSentence.tsx";
import type { Column } from "../parts/dataTable.tsx";
import { exactTime, RelativeTime } from "../parts/relativeTime.tsx";
import { Badge } from "../parts/stateBadge.tsx";
import { compareNumbers, compareTexts } from "../parts/tableItems.ts";
import { text } from "../texts.ts";
import { byUrgency, isResting, urgencyOf } from "./alarmList.ts";
import { ticks, toggle } from "./selection.ts";

/** Titles follow the language. */
export const alarmColumns = computed<readonly Column<AlarmRow>[]>(() => [
  {
    key: "select",
    title: text("alarms.select"),
    width: 66,
    cell: (alarm) => <Select alarm={alarm} />,
  },
  {
    key: "severity",
    title: text("alarms.severity"),
    width: 130,
    cell: (alarm) => <Severity alarm={alarm} />,
    compare: byUrgency,
  },
  {
    key: "place",
    title: text("alarms.place"),
    width: 112,
    cell: (alarm) => <Place alarm={alarm} />,
    compare: (a, b) => compareTexts(a.chargePointId, b.chargePointId) || compareNumbers(a.connector, b.connector),
  },
  {
    key: "name",
    title: text("alarms.name"),
    width: 146,
    cell: ({ name }) => <bdi title={name}>{alarmName(name)}</bdi>,
    compare: (a, b) => compareTexts(alarmName(a.name), alarmName(b.name)),
  },
  { key: "state", title: text("alarms.state"), width: 252, cell: (alarm) => <States alarm={alarm} /> },
  {
    key: "since",
    title: text("alarms.since"),
    width: 120,
    cell: ({ activeAt, at }) => <RelativeTime at={activeAt > 0 ? activeAt : at} />,
    compare: (a, b) => b.activeAt - a.activeAt,
  },
  {
    key: "message",
    title: text("alarms.message"),
    width: 240,
    cell: ({ message }) => (
      <span title={sentenceText(message)}>
        <BridgeSentence of={message} />
      </span>
    ),
  },
]);

function Select({ alarm }: { readonly alarm: AlarmRow }) {
  const place = alarm.chargePointId === "" ? text("alarms.bridge") : alarm.chargePointId;
  return (
    <input
      type="checkbox"
      checked={ticks.value.has(keyOf(alarm))}
      aria-label={text("alarms.selectOne", { name: alarmName(alarm.name), place })}
      onChange={() => toggle(alarm)}
    />
  );
}

/** Only what is active and rests for nobody has a colour. */
function Severity({ alarm }: { readonly alarm: AlarmRow }) {
  const urgency = urgencyOf(alarm);
  const isCalm = isResting(alarm) || !alarm.active;
  const tone = isCalm ? "quiet" : urgency === "high" ? "alarm" : "warning";
  const shape = urgency === "high" ? "diamond" : urgency === "medium" ? "triangle" : "ring";
  return (
    <Badge shape={shape} tone={tone}>
      {text(`alarms.urgency.${urgency}`)} {numberText(alarm.severity)}
    </Badge>
  );
}

export function Place({ alarm: { chargePointId, connector } }: { readonly alarm: AlarmRow }) {
  if (chargePointId === "") return <a href="/">{text("alarms.bridge")}</a>;
  return (
    <a href={addressOf(chargePointId, connector === 0 ? undefined : connector)} title={chargePointId}>
      <bdi>{chargePointId}</bdi>
      {connector > 0 && ` / ${connector}`}
    </a>
  );
}

/** The words of OPC 10000-9 §5.5 to §5.8. */
export function States({ alarm }: { readonly alarm: AlarmRow }) {
  const { enabled, active, acknowledged, confirmed, suppressed, shelving, shelvedUntil } = alarm;
  if (!enabled)
    return (
      <Badge shape="barred" tone="quiet">
        {text("alarms.disabled")}
      </Badge>
    );
  const until = exactTime(shelvedUntil);
  return (
    <span class="badges">
      <Badge shape={active ? "dot" : "ring"} tone={active ? "running" : "quiet"}>
        {text(active ? "alarms.active" : "alarms.over")}
      </Badge>
      {!acknowledged && (
        <Badge shape="flag" tone="running">
          {text("alarms.unacknowledged")}
        </Badge>
      )}
      {acknowledged && <span class="quiet">{text(confirmed ? "alarms.acknowledged" : "alarms.unconfirmed")}</span>}
      {suppressed && (
        <Badge shape="pause" tone="quiet">
          {text("alarms.suppressed")}
        </Badge>
      )}
      {shelving !== "Unshelved" && (
        <Badge shape="pause" tone="quiet" title={text("alarms.until", { until })}>
          {text(`alarms.${shelving}`)}
        </Badge>
      )}
    </span>
  );
}
