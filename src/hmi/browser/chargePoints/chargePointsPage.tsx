// Level 2: all charge points as one table, filtered, sorted, grouped. What is chosen stands in the address, so that it can be kept.
import { computed } from "@preact/signals";
import { alarms } from "../alarms.ts";
import { numberText } from "../numbers.ts";
import { DataTable } from "../parts/dataTable.tsx";
import { FilterSelect } from "../parts/filterSelect.tsx";
import { stateText } from "../parts/stateBadge.tsx";
import { oncePer, type Group } from "../parts/tableItems.ts";
import { addressOf } from "../addresses.ts";
import { goTo, place, setQuery } from "../router.ts";
import { allRows, isTableRead } from "../rows.ts";
import { stateOfChargePoint, states, type State } from "../states.ts";
import { text } from "../texts.ts";
import type { ChargePointRow } from "../../shapes.ts";
import { chargePointColumns } from "./chargePointColumns.tsx";
import { abnormalities, filterRows, unacknowledgedIn, type Filter } from "./chargePointRows.ts";

const connections = ["Connected", "Disconnected", "NeverConnected"] as const;

const filter = computed<Filter>(() => {
  const of = (name: string) => place.value.query.get(name) ?? "";
  return { text: of("text"), state: of("state"), connection: of("connection"), abnormal: of("abnormal") };
});
const alarmed = computed(() => unacknowledgedIn(alarms.value.values()));
const shown = computed(() => filterRows(allRows.value, filter.value, alarmed.value));

export function ChargePointsPage() {
  const { query } = place.value;
  const sort = query.get("sort") ?? "id";
  const isGrouped = query.get("group") === "state";
  return (
    <section class="filling">
      <h1>{text("page.chargePoints")}</h1>
      <FilterBar filter={filter.value} isGrouped={isGrouped}>
        {text("chargePoints.shown", {
          shown: isTableRead.value ? numberText(shown.value.length) : "–",
          all: isTableRead.value ? numberText(allRows.value.length) : "–",
        })}
      </FilterBar>
      <DataTable
        label={text("page.chargePoints")}
        columns={chargePointColumns.value}
        rows={shown.value}
        keyOf={idOf}
        sort={sort}
        onSort={(next) => setQuery({ sort: next === "id" ? "" : next })}
        groupOf={isGrouped ? groupByState.value : undefined}
        onOpen={({ id }) => goTo(addressOf(id))}
        empty={text(isTableRead.value ? "chargePoints.none" : "shell.waiting")}
      />
    </section>
  );
}

const idOf = ({ id }: ChargePointRow) => id;
const stateOf = oncePer(stateOfChargePoint);

/** Another function with another language, so that the groups are named anew. */
const groupByState = computed(() => {
  const groups = states.map((state, order) => [state, { order, label: stateText(state) }] as const);
  const ofState = Object.fromEntries(groups) as Record<State, Group>;
  return (row: ChargePointRow) => ofState[stateOf(row)];
});

function FilterBar(props: { readonly filter: Filter; readonly isGrouped: boolean; readonly children: string }) {
  const { filter: chosen, isGrouped, children } = props;
  return (
    <form class="filter" role="search" onSubmit={(event) => event.preventDefault()}>
      <label>
        {text("filter.text")}
        <input
          type="search"
          value={chosen.text}
          maxLength={255}
          onInput={({ currentTarget }) => setQuery({ text: currentTarget.value })}
        />
      </label>
      <FilterSelect
        label={text("filter.state")}
        value={chosen.state}
        choices={states.map((state) => ({ value: state, label: stateText(state) }))}
        onChoose={(state) => setQuery({ state })}
      />
      <FilterSelect
        label={text("chargePoints.connection")}
        value={chosen.connection}
        choices={connections.map((value) => ({ value, label: text(`connection.${value}`) }))}
        onChoose={(connection) => setQuery({ connection })}
      />
      <FilterSelect
        label={text("filter.abnormal")}
        value={chosen.abnormal}
        choices={abnormalities.map((value) => ({ value, label: text(`abnormal.${value}`) }))}
        onChoose={(abnormal) => setQuery({ abnormal })}
      />
      <label class="inline">
        <input
          type="checkbox"
          checked={isGrouped}
          onChange={({ currentTarget }) => setQuery({ group: currentTarget.checked ? "state" : "" })}
        />{" "}
        {text("filter.groupByState")}
      </label>
      <output>{children}</output>
    </form>
  );
}
