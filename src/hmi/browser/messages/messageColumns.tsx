// The columns of the message log: a request with its answer is one row.
import { computed } from "@preact/signals";
import type { KeptExchange } from "../../../twin/keptPages.ts";
import { addressOf } from "../addresses.ts";
import type { Column } from "../parts/dataTable.tsx";
import { Quantity } from "../parts/quantity.tsx";
import { Badge } from "../parts/stateBadge.tsx";
import { place } from "../router.ts";
import { text } from "../texts.ts";
import { preciseTime } from "./preciseTime.ts";

/** Their titles follow the language. */
export const messageColumns = computed<readonly Column<KeptExchange>[]>(() => [
  { key: "at", title: text("messages.at"), width: 200, cell: (exchange) => <Opening exchange={exchange} /> },
  {
    key: "chargePoint",
    title: text("chargePoints.id"),
    width: 140,
    cell: ({ chargePointId }) => (
      <a href={addressOf(chargePointId)} title={chargePointId}>
        <bdi>{chargePointId}</bdi>
      </a>
    ),
  },
  { key: "from", title: text("messages.from"), width: 115, cell: ({ from }) => text(`messages.from.${from}`) },
  {
    key: "action",
    title: text("messages.action"),
    width: 165,
    cell: ({ action }) => (action === "" ? <span class="unknown">–</span> : <bdi title={action}>{action}</bdi>),
  },
  { key: "outcome", title: text("messages.outcome"), width: 175, cell: (exchange) => <Outcome exchange={exchange} /> },
  {
    key: "latency",
    title: text("messages.latency"),
    width: 110,
    isNumber: true,
    cell: ({ latencyMs }) => <Quantity value={latencyMs} unit="ms" />,
  },
]);

function Opening({ exchange: { at, number } }: { readonly exchange: KeptExchange }) {
  const { path, query } = place.value;
  const next = new URLSearchParams(query);
  next.set("number", String(number));
  return (
    <a href={`${path}?${next}`} aria-current={query.get("number") === String(number) ? "true" : undefined}>
      {preciseTime(at)}
    </a>
  );
}

/** Only what was not answered as it should be has a colour. */
export function Outcome({ exchange: { outcome, violations } }: { readonly exchange: KeptExchange }) {
  const isGood = outcome === "Answered";
  return (
    <span class="badges">
      <Badge shape={isGood ? "dot" : "triangle"} tone={isGood ? "quiet" : "warning"}>
        {text(`messages.outcome.${outcome}`)}
      </Badge>
      {violations.length > 0 && (
        <Badge shape="triangle" tone="warning" title={violations.join("\n")}>
          {text("messages.violationCount", { count: violations.length })}
        </Badge>
      )}
    </span>
  );
}
