// Level 2: all charge points as one table, filtered, sorted, grouped. What is chosen stands in the address, so that it can be kept.
import { computed } from "@preact/signals";
import { alarms } from "../alarms.ts";
import { numberText } from "../numbers.ts";
import { DataTable } from "../parts/dataTable.tsx";
import { chosen, FilterFlag, FilterForm, FilterSearch, FilterSelect } from "../parts/filterForm.tsx";
import { stateText } from "../parts/stateBadge.tsx";
import { oncePer, type Group } from "../parts/tableItems.ts";
import { addressOf } from "../addresses.ts";
import { goTo, setQuery } from "../router.ts";
import { allRows, isTableRead } from "../rows.ts";
import { stateOfChargePoint, states, type State } from "../states.ts";
import { text } from "../texts.ts";
import type { ChargePointRow } from "../../shapes.ts";
import { chargePointColumns } from "./chargePointColumns.tsx";
import { abnormalities, filterRows, unacknowledgedIn, type Filter } from "./chargePointRows.ts";

const connections = ["Connected", "Disconnected", "NeverConnected"] as const;

const filter = computed<Filter>(() => ({
  text: chosen("text"),
  state: chosen("state"),
  connection: chosen("connection"),
  abnormal: chosen("abnormal"),
}));
const alarmed = computed(() => unacknowledgedIn(alarms.value.values()));
const shown = computed(() => filterRows(allRows.value, filter.value, alarmed.value));

export function ChargePointsPage() {
  return (
    <section class="filling">
      <h1>{text("page.chargePoints")}</h1>
      <FilterBar />
      <DataTable
        label={text("page.chargePoints")}
        columns={chargePointColumns.value}
        rows={shown.value}
        keyOf={idOf}
        sort={chosen("sort") || "id"}
        onSort={(next) => setQuery({ sort: next === "id" ? "" : next })}
        groupOf={chosen("group") === "state" ? groupByState.value : undefined}
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

function FilterBar() {
  const count = (rows: readonly ChargePointRow[]) => (isTableRead.value ? numberText(rows.length) : "–");
  return (
    <FilterForm>
      <FilterSearch />
      <FilterSelect
        name="state"
        label="filter.state"
        choices={states.map((state) => ({ value: state, label: stateText(state) }))}
      />
      <FilterSelect
        name="connection"
        label="chargePoints.connection"
        choices={connections.map((value) => ({ value, label: text(`connection.${value}`) }))}
      />
      <FilterSelect
        name="abnormal"
        label="filter.abnormal"
        choices={abnormalities.map((value) => ({ value, label: text(`abnormal.${value}`) }))}
      />
      <FilterFlag name="group" label="filter.groupByState" value="state" />
      <output>{text("chargePoints.shown", { shown: count(shown.value), all: count(allRows.value) })}</output>
    </FilterForm>
  );
}
