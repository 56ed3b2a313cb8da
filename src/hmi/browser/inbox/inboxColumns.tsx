// The columns of the table of charge points that wait for acceptance.
import { computed } from "@preact/signals";
import type { ChargePointRow } from "../../shapes.ts";
import type { Column } from "../parts/dataTable.tsx";
import { RelativeTime } from "../parts/relativeTime.tsx";
import { Badge } from "../parts/stateBadge.tsx";
import { compareTexts } from "../parts/tableItems.ts";
import { place } from "../router.ts";
import { text } from "../texts.ts";

/** Their titles follow the language. */
export const inboxColumns = computed<readonly Column<ChargePointRow>[]>(() => [
  {
    key: "id",
    title: text("chargePoints.id"),
    width: 200,
    cell: (row) => <Opening row={row} />,
    compare: (a, b) => compareTexts(a.id, b.id),
  },
  {
    key: "registration",
    title: text("chargePoints.registration"),
    width: 132,
    cell: ({ registration }) => (
      <Badge
        shape={registration === "Pending" ? "flag" : "barred"}
        tone={registration === "Pending" ? "running" : "quiet"}
      >
        {text(`registration.${registration}`)}
      </Badge>
    ),
    compare: (a, b) => compareTexts(a.registration, b.registration),
  },
  {
    key: "vendor",
    title: text("inbox.says"),
    width: 248,
    cell: (row) => <Said row={row} />,
    compare: (a, b) => compareTexts(a.vendor, b.vendor),
  },
  {
    key: "address",
    title: text("inbox.address"),
    width: 150,
    cell: ({ address }) => (address === undefined ? <span class="unknown">–</span> : <bdi>{address}</bdi>),
    compare: (a, b) => compareTexts(a.address, b.address),
  },
  {
    key: "connection",
    title: text("chargePoints.connection"),
    width: 240,
    cell: ({ connection, since }) => (
      <span class="badges">
        <Badge
          shape={connection === "Connected" ? "dot" : "stale"}
          tone={connection === "Disconnected" ? "stale" : "quiet"}
        >
          {text(`connection.${connection}`)}
        </Badge>{" "}
        <RelativeTime at={since} />
      </span>
    ),
    compare: (a, b) => a.since - b.since,
  },
  { key: "heard", title: text("chargePoints.heard"), width: 120, cell: ({ heard }) => <RelativeTime at={heard} /> },
]);

function Opening({ row: { id } }: { readonly row: ChargePointRow }) {
  const { path, query } = place.value;
  const next = new URLSearchParams(query);
  next.set("id", id);
  return (
    <a href={`${path}?${next}`} title={id} aria-current={query.get("id") === id ? "true" : undefined}>
      <bdi>{id}</bdi>
    </a>
  );
}

/** Each in a piece of its own, so that a name written from right to left turns no other around. */
function Said({ row: { vendor, model, firmware } }: { readonly row: ChargePointRow }) {
  const said = [vendor, model, firmware].filter((each) => each !== undefined);
  if (said.length === 0) return <span class="unknown">{text("inbox.saysNothing")}</span>;
  return (
    <span title={said.join(", ")}>
      {said.map((each, index) => (
        <span key={index}>
          {index > 0 && ", "}
          <bdi>{each}</bdi>
        </span>
      ))}
    </span>
  );
}
