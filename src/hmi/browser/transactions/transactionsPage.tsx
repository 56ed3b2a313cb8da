// The transactions of the ledger, the newest first: looked for, opened with the decisions behind them, downloaded.
import { computed } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { LedgerEntry, TransactionPage } from "../../../twin/keptPages.ts";
import { get } from "../api.ts";
import { DataTable } from "../parts/dataTable.tsx";
import {
  chosen,
  downloadAddress,
  FilterForm,
  FilterSelect,
  FilterText,
  FilterTime,
  timeChosen,
} from "../parts/filterForm.tsx";
import { keptList } from "../parts/keptPages.ts";
import { MoreRows } from "../parts/moreRows.tsx";
import { useSteadyScroll } from "../parts/steadyScroll.ts";
import { RefusalNote } from "../parts/refusalNote.tsx";
import { rights } from "../rights.ts";
import { setQuery } from "../router.ts";
import { whyNot } from "../session.ts";
import { text } from "../texts.ts";
import { onTransactionChange } from "./transactionChanges.ts";
import { transactionColumns } from "./transactionColumns.tsx";
import { TransactionPanel } from "./transactionPanel.tsx";

/** As the API has them. */
const parameters = computed(() => ({
  chargePoint: chosen("chargePoint") || undefined,
  idTag: chosen("idTag") || undefined,
  running: chosen("running") || undefined,
  since: timeChosen("since"),
  until: timeChosen("until"),
}));

const list = keptList<LedgerEntry>(async (before) => {
  const answer = await get<TransactionPage>("/api/transactions", { ...parameters.peek(), before, limit: 200 });
  if (answer.kind === "refusal") return answer;
  const { transactions, next } = answer.value;
  return { kind: "answer", value: { rows: transactions, next: next === undefined ? undefined : String(next) } };
});

const keyOf = ({ transactionId }: LedgerEntry) => String(transactionId);

export function TransactionsPage() {
  const reason = whyNot(rights.readKept);
  const wanted = JSON.stringify(parameters.value);
  useEffect(() => {
    if (reason === undefined) void list.restart();
  }, [wanted, reason]);
  useEffect(() => (reason === undefined ? onTransactionChange(list.refresh) : undefined), [reason]);
  const holder = useSteadyScroll(list.rows.value, keyOf);
  const opened = chosen("id");
  return (
    <section class="filling" ref={holder}>
      <h1>{text("page.transactions")}</h1>
      {reason !== undefined && <p class="refusal">{reason}</p>}
      {reason === undefined && (
        <>
          <FilterBar />
          <RefusalNote refusal={list.refusal.value} />
          <DataTable
            label={text("page.transactions")}
            columns={transactionColumns.value}
            rows={list.rows.value}
            keyOf={keyOf}
            sort="started"
            onSort={() => {}}
            onOpen={({ transactionId }) => setQuery({ id: String(transactionId) })}
            empty={text(list.isBusy.value ? "shell.waiting" : "transactions.none")}
          />
          <MoreRows list={list} />
          {opened !== "" && <TransactionPanel key={opened} id={opened} shown={list.rows.value} />}
        </>
      )}
    </section>
  );
}

function FilterBar() {
  const running = [
    { value: "true", label: text("transactions.running") },
    { value: "false", label: text("transactions.ended") },
  ];
  return (
    <FilterForm>
      <FilterText name="chargePoint" label="chargePoints.id" />
      <FilterText name="idTag" label="chargePoints.tag" />
      <FilterSelect name="running" label="filter.state" choices={running} />
      <FilterTime name="since" label="kept.since" />
      <FilterTime name="until" label="kept.until" />
      <a class="button" href={downloadAddress("/api/transactions.csv", parameters.value)} download>
        {text("transactions.csv")}
      </a>
    </FilterForm>
  );
}
