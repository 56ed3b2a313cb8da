// The alarms that are active or wait for somebody: filtered, sorted by severity and time, worked several at once.
import { computed, signal } from "@preact/signals";
import { alarms, keyOf } from "../alarms.ts";
import { numberText } from "../numbers.ts";
import { DataTable } from "../parts/dataTable.tsx";
import { FilterSelect } from "../parts/filterSelect.tsx";
import { place, setQuery } from "../router.ts";
import { text } from "../texts.ts";
import { ActPanel } from "./actPanel.tsx";
import { alarmColumns } from "./alarmColumns.tsx";
import { alarmFilters, listAlarms } from "./alarmList.ts";

const selection = signal<ReadonlySet<string>>(new Set());
const columns = alarmColumns(selection);
const of = (name: string) => place.value.query.get(name) ?? "";
const filter = computed(() => of("show"));
const wanted = computed(() => of("text"));
const shown = computed(() => listAlarms(alarms.value.values(), { filter: filter.value, text: wanted.value }));
/** What is selected and not shown is not acted upon. */
const selected = computed(() => shown.value.filter((alarm) => selection.value.has(keyOf(alarm))));

export function AlarmsPage() {
  return (
    <section class="filling">
      <h1>{text("page.alarms")}</h1>
      <FilterBar />
      <DataTable
        label={text("page.alarms")}
        columns={columns.value}
        rows={shown.value}
        keyOf={keyOf}
        sort={of("sort") || "severity"}
        onSort={(next) => setQuery({ sort: next === "severity" ? "" : next })}
        onOpen={(alarm) => {
          selection.value = new Set([keyOf(alarm)]);
        }}
        empty={text(alarms.value.size === 0 ? "alarms.none" : "alarms.noneFits")}
      />
      <ActPanel selected={selected.value} />
    </section>
  );
}

function FilterBar() {
  const all = shown.value;
  const isWhole = all.length > 0 && selected.value.length === all.length;
  return (
    <form class="filter" role="search" onSubmit={(event) => event.preventDefault()}>
      <label>
        {text("filter.text")}
        <input
          type="search"
          value={wanted.value}
          maxLength={255}
          onInput={({ currentTarget }) => setQuery({ text: currentTarget.value })}
        />
      </label>
      <FilterSelect
        label={text("filter.abnormal")}
        value={filter.value}
        choices={alarmFilters.map((value) => ({ value, label: text(`alarms.${value}`) }))}
        onChoose={(show) => setQuery({ show })}
      />
      <label class="inline">
        <input
          type="checkbox"
          checked={isWhole}
          onChange={() => {
            selection.value = new Set(isWhole ? [] : all.map(keyOf));
          }}
        />{" "}
        {text("alarms.selectAll")}
      </label>
      <output>
        {text("chargePoints.shown", { shown: numberText(all.length), all: numberText(alarms.value.size) })}
      </output>
    </form>
  );
}
