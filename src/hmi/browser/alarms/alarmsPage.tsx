// The alarms that are active or wait for somebody: filtered, sorted by severity and time, worked several at once.
import { computed } from "@preact/signals";
import { alarms, keyOf } from "../alarms.ts";
import { alarmName, sentenceText } from "../bridgeSentences.ts";
import { connection } from "../live.ts";
import { numberText } from "../numbers.ts";
import { DataTable } from "../parts/dataTable.tsx";
import { chosen, FilterForm, FilterSearch, FilterSelect } from "../parts/filterForm.tsx";
import { setQuery } from "../router.ts";
import { isTableRead } from "../rows.ts";
import { text } from "../texts.ts";
import type { AlarmRow } from "../../shapes.ts";
import { ActPanel } from "./actPanel.tsx";
import { alarmColumns } from "./alarmColumns.tsx";
import { alarmFilters, listAlarms } from "./alarmList.ts";
import { tick, ticks } from "./selection.ts";

const filter = computed(() => chosen("show"));
const wanted = computed(() => chosen("text"));
/** As it is shown, and by its name in OPC UA. */
const wordsOf = ({ name, message }: AlarmRow) => [name, alarmName(name), sentenceText(message)];
const shown = computed(() => listAlarms(alarms.value.values(), { filter: filter.value, text: wanted.value }, wordsOf));
/** What is selected and not shown is not acted upon. */
const selected = computed(() => shown.value.filter((alarm) => ticks.value.has(keyOf(alarm))));
/** The first alarms come piece by piece: without the table they may not all have been told yet. */
const isRead = computed(() => connection.value === "open" && isTableRead.value);

export function AlarmsPage() {
  return (
    <section class="filling">
      <h1>{text("page.alarms")}</h1>
      <FilterBar />
      <DataTable
        label={text("page.alarms")}
        columns={alarmColumns.value}
        rows={shown.value}
        keyOf={keyOf}
        sort={chosen("sort") || "severity"}
        onSort={(next) => setQuery({ sort: next === "severity" ? "" : next })}
        onOpen={(alarm) => tick([alarm])}
        empty={text(alarms.value.size > 0 ? "alarms.noneFits" : isRead.value ? "alarms.none" : "alarms.reading")}
      />
      <ActPanel selected={selected.value} />
    </section>
  );
}

function FilterBar() {
  const all = shown.value;
  const isWhole = all.length > 0 && selected.value.length === all.length;
  return (
    <FilterForm>
      <FilterSearch />
      <FilterSelect
        name="show"
        label="filter.abnormal"
        choices={alarmFilters.map((value) => ({ value, label: text(`alarms.${value}`) }))}
      />
      <label class="inline">
        <input type="checkbox" checked={isWhole} onChange={() => tick(isWhole ? [] : all)} /> {text("alarms.selectAll")}
      </label>
      <output>
        {text("chargePoints.shown", { shown: numberText(all.length), all: numberText(alarms.value.size) })}
      </output>
    </FilterForm>
  );
}
