// Charge points that wait for acceptance or were refused it: what they say of themselves, and what becomes of them. Another can be added
// before it connects.
import { computed } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { ChargePointRow } from "../../shapes.ts";
import { watch } from "../chargePoint.ts";
import { numberText } from "../numbers.ts";
import { DataTable } from "../parts/dataTable.tsx";
import { place, setQuery } from "../router.ts";
import { allRows, isTableRead, rowOf } from "../rows.ts";
import { text } from "../texts.ts";
import { AddPanel } from "./addPanel.tsx";
import { inboxColumns } from "./inboxColumns.tsx";
import { StrangerPanel } from "./strangerPanel.tsx";

const waiting = computed<readonly ChargePointRow[]>(() =>
  allRows.value
    .filter(({ registration }) => registration !== "Accepted")
    // Those that wait come before those that were refused, the newest first.
    .toSorted(
      (a, b) => Number(a.registration === "Rejected") - Number(b.registration === "Rejected") || b.since - a.since,
    ),
);

export function InboxPage() {
  const { query } = place.value;
  const opened = query.get("id") ?? undefined;
  useEffect(() => {
    watch(opened);
    return () => watch(undefined);
  }, [opened]);
  const row = opened === undefined ? undefined : rowOf(opened);
  return (
    <section class="filling">
      <h1>{text("page.inbox")}</h1>
      <p class="quiet">{text("inbox.explained", { count: numberText(waiting.value.length) })}</p>
      <DataTable
        label={text("page.inbox")}
        columns={inboxColumns.value}
        rows={waiting.value}
        keyOf={({ id }) => id}
        sort={query.get("sort") ?? "order"}
        onSort={(sort) => setQuery({ sort })}
        onOpen={({ id }) => setQuery({ id })}
        empty={text(isTableRead.value ? "inbox.none" : "shell.waiting")}
      />
      {row !== undefined && <StrangerPanel key={row.id} row={row} />}
      <AddPanel />
    </section>
  );
}
