// The columns of the table of transactions.
import { computed } from "@preact/signals";
import type { LedgerEntry } from "../../../twin/keptPages.ts";
import { addressOf } from "../addresses.ts";
import type { Column } from "../parts/dataTable.tsx";
import { Quantity } from "../parts/quantity.tsx";
import { exactTime } from "../parts/relativeTime.tsx";
import { Badge } from "../parts/stateBadge.tsx";
import { place } from "../router.ts";
import { rowOf } from "../rows.ts";
import { text } from "../texts.ts";
import { durationText, faultsOf, notesOn } from "./transactionWords.ts";

/** Their titles follow the language. */
export const transactionColumns = computed<readonly Column<LedgerEntry>[]>(() => [
  { key: "id", title: text("transactions.id"), width: 110, cell: (entry) => <Opening entry={entry} /> },
  {
    key: "started",
    title: text("transactions.started"),
    width: 180,
    cell: ({ startedAt }) => exactTime(startedAt),
  },
  { key: "place", title: text("chargePoints.id"), width: 170, cell: (entry) => <Place entry={entry} /> },
  { key: "tag", title: text("chargePoints.tag"), width: 160, cell: ({ idTag }) => <bdi title={idTag}>{idTag}</bdi> },
  { key: "duration", title: text("transactions.duration"), width: 100, isNumber: true, cell: durationText },
  {
    key: "energy",
    title: text("chargePoints.energy"),
    width: 120,
    isNumber: true,
    cell: (entry) => <Energy entry={entry} />,
  },
  { key: "end", title: text("transactions.end"), width: 250, cell: (entry) => <End entry={entry} /> },
]);

function Opening({ entry: { transactionId } }: { readonly entry: LedgerEntry }) {
  const { path, query } = place.value;
  const next = new URLSearchParams(query);
  next.set("id", String(transactionId));
  const isOpen = query.get("id") === String(transactionId);
  return (
    <a href={`${path}?${next}`} aria-current={isOpen ? "true" : undefined}>
      {transactionId}
    </a>
  );
}

export function Place({ entry: { chargePointId, connectorId } }: { readonly entry: LedgerEntry }) {
  return (
    <a href={addressOf(chargePointId, connectorId)} title={chargePointId}>
      <bdi>{chargePointId}</bdi> / {connectorId}
    </a>
  );
}

/** How it ended, or that it runs; what is not as it should be stands out. */
function End({ entry }: { readonly entry: LedgerEntry }) {
  const faults = faultsOf(entry);
  const notes = notesOn(entry);
  return (
    <span class="badges" title={[...faults, ...notes].join(" · ")}>
      {entry.endedAt === undefined && (
        <Badge shape="bolt" tone="running">
          {text("transactions.running")}
        </Badge>
      )}
      {faults.length === 0 && entry.reason !== undefined && <bdi>{entry.reason}</bdi>}
      {faults.length > 0 && (
        <Badge shape="triangle" tone="warning">
          {faults.join(" · ")}
        </Badge>
      )}
      <span class="quiet">{notes.join(" · ")}</span>
    </span>
  );
}

export function Energy({ entry }: { readonly entry: LedgerEntry }) {
  return <Quantity value={energyOf(entry)} unit="Wh" />;
}

/** The ledger knows it once it has ended; until then the table of charge points does. */
function energyOf({ energy, endedAt, transactionId, chargePointId, connectorId }: LedgerEntry): number | undefined {
  if (endedAt !== undefined) return energy;
  const connector = rowOf(chargePointId)?.connectors.find(({ id }) => id === connectorId);
  return connector?.transaction === transactionId ? connector.energy : undefined;
}
