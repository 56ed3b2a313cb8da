// The columns of the table of charge points.
import { computed } from "@preact/signals";
import type { ChargePointRow } from "../../shapes.ts";
import type { Column } from "../parts/dataTable.tsx";
import { LimitBar } from "../parts/limitBar.tsx";
import { Quantity } from "../parts/quantity.tsx";
import { RelativeTime } from "../parts/relativeTime.tsx";
import { Badge, StateBadge, stateText } from "../parts/stateBadge.tsx";
import { asTheyCome, compareNumbers, compareTexts } from "../parts/tableItems.ts";
import { addressOf } from "../addresses.ts";
import { stateOfChargePoint, stateOfConnector, states } from "../states.ts";
import { text } from "../texts.ts";
import { loadOf } from "./chargePointRows.ts";

/** Values of one that is not connected are the last ones known. */
function qualityOf({ connection }: ChargePointRow): "Good" | "UncertainLastUsableValue" {
  return connection === "Connected" ? "Good" : "UncertainLastUsableValue";
}

/** Their titles follow the language. */
export const chargePointColumns = computed<readonly Column<ChargePointRow>[]>(() => [
  {
    key: "id",
    title: text("chargePoints.id"),
    width: 138,
    cell: (row) => <Identity row={row} />,
    compare: asTheyCome,
  },
  {
    key: "connection",
    title: text("chargePoints.connection"),
    width: 144,
    isSecondary: true,
    cell: ({ connection }) => <Connection connection={connection} />,
    compare: (a, b) => compareTexts(a.connection, b.connection),
  },
  {
    key: "registration",
    title: text("chargePoints.registration"),
    width: 112,
    cell: ({ registration }) => <Registration registration={registration} />,
    compare: (a, b) => compareTexts(a.registration, b.registration),
  },
  {
    key: "state",
    title: text("chargePoints.connectors"),
    width: 268,
    cell: (row) => <Connectors row={row} />,
    compare: (a, b) => states.indexOf(stateOfChargePoint(a)) - states.indexOf(stateOfChargePoint(b)),
  },
  {
    key: "power",
    title: text("chargePoints.power"),
    width: 150,
    isNumber: true,
    cell: (row) => <Power row={row} />,
    compare: (a, b) => compareNumbers(loadOf(a).power, loadOf(b).power),
  },
  {
    key: "tag",
    title: text("chargePoints.tag"),
    width: 104,
    cell: (row) => <Clipped of={tagsOf(row)} />,
    compare: (a, b) => compareTexts(tagsOf(a) || undefined, tagsOf(b) || undefined),
  },
  {
    key: "energy",
    title: text("chargePoints.energy"),
    width: 88,
    isSecondary: true,
    isNumber: true,
    cell: (row) => <Quantity value={loadOf(row).energy} unit="Wh" quality={qualityOf(row)} />,
    compare: (a, b) => compareNumbers(loadOf(a).energy, loadOf(b).energy),
  },
  {
    key: "heard",
    title: text("chargePoints.heard"),
    width: 98,
    isSecondary: true,
    isNumber: true,
    cell: ({ heard }) => <RelativeTime at={heard} />,
    compare: (a, b) => compareNumbers(a.heard, b.heard),
  },
]);

function Identity({ row }: { readonly row: ChargePointRow }) {
  const make = [row.vendor, row.model].filter((each) => each !== undefined).join(" ");
  return (
    <a class="clipped" href={addressOf(row.id)} tabIndex={-1} title={make === "" ? row.id : `${row.id}\n${make}`}>
      <bdi>{row.id}</bdi>
    </a>
  );
}

/** Text from outside in one line; all of it is in its title. */
function Clipped({ of }: { readonly of: string }) {
  return (
    <span class="clipped" title={of}>
      <bdi>{of}</bdi>
    </span>
  );
}

function Connection({ connection }: Pick<ChargePointRow, "connection">) {
  if (connection === "Connected")
    return (
      <Badge shape="dot" tone="quiet">
        {text("connection.Connected")}
      </Badge>
    );
  return (
    <Badge shape="stale" tone={connection === "Disconnected" ? "stale" : "quiet"}>
      {text(`connection.${connection}`)}
    </Badge>
  );
}

function Registration({ registration }: Pick<ChargePointRow, "registration">) {
  if (registration === "Accepted") return <span class="quiet">{text("registration.Accepted")}</span>;
  return (
    <Badge shape={registration === "Pending" ? "triangle" : "barred"} tone="warning">
      {text(`registration.${registration}`)}
    </Badge>
  );
}

function Connectors({ row }: { readonly row: ChargePointRow }) {
  if (row.connectors.length === 0) return <StateBadge state={stateOfChargePoint(row)} />;
  return (
    <span class="badges">
      {row.connectors.map((connector) => {
        const known = [connector.status ?? "Unknown", ...(connector.error === undefined ? [] : [connector.error])];
        return (
          <StateBadge
            key={connector.id}
            state={stateOfConnector(row, connector)}
            before={String(connector.id)}
            title={`${connector.id}: ${known.map(stateText).join(", ")}`}
          />
        );
      })}
    </span>
  );
}

function Power({ row }: { readonly row: ChargePointRow }) {
  const { power, current, limit } = loadOf(row);
  return (
    <span class="power">
      <LimitBar
        label={text("chargePoints.currentOfLimit")}
        value={current}
        limit={limit}
        unit="A"
        isStale={row.connection !== "Connected"}
      />
      <Quantity value={power} unit="W" quality={qualityOf(row)} />
    </span>
  );
}

function tagsOf({ connectors }: ChargePointRow): string {
  return connectors.flatMap(({ tag }) => tag ?? []).join(", ");
}
