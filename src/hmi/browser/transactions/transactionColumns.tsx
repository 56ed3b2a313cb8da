// The columns of the table of transactions.
import { computed } from "@preact/signals";
import type { LedgerEntry } from "../../../twin/keptPages.ts";
import { addressOf } from "../addresses.ts";
import type { Column } from "../parts/dataTable.tsx";
import { Quantity } from "../parts/quantity.tsx";
import { exactTime } from "../parts/relativeTime.tsx";
import { Badge } from "../parts/stateBadge.tsx";
import { place } from "../router.ts";
import { text } from "../texts.ts";
import { durationText, remarksOn } from "./transactionWords.ts";

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
    cell: ({ energy }) => <Quantity value={energy} unit="Wh" />,
  },
  { key: "end", title: text("transactions.end"), width: 230, cell: (entry) => <End entry={entry} /> },
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

/** How it ended; what is remarkable stands out. */
export function End({ entry }: { readonly entry: LedgerEntry }) {
  const remarks = remarksOn(entry);
  if (remarks.length > 0)
    return (
      <Badge shape="triangle" tone="warning" title={remarks.join(" · ")}>
        {remarks.join(" · ")}
      </Badge>
    );
  if (entry.endedAt === undefined)
    return (
      <Badge shape="bolt" tone="running">
        {text("transactions.running")}
      </Badge>
    );
  return <bdi>{entry.reason ?? ""}</bdi>;
}
