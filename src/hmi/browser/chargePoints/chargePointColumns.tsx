// The columns of the table of charge points.
import { computed } from "@preact/signals";
import { Fragment } from "preact";
import type { ChargePointRow, ConnectorRow } from "../../shapes.ts";
import type { Column } from "../parts/dataTable.tsx";
import { LimitBar } from "../parts/limitBar.tsx";
import { Quantity } from "../parts/quantity.tsx";
import { RelativeTime } from "../parts/relativeTime.tsx";
import { Badge, StateBadge, stateText } from "../parts/stateBadge.tsx";
import { asTheyCome, compareNumbers, comparingBy, compareTexts, type Compare } from "../parts/tableItems.ts";
import { addressOf } from "../addresses.ts";
import { stateOfChargePoint, stateOfConnector, states } from "../states.ts";
import { isolated } from "../sentences.ts";
import { text } from "../texts.ts";
import { loadOf, tagsOf } from "./chargePointRows.ts";

/** Values of one that is not connected are the last ones known. */
function qualityOf({ connection }: ChargePointRow): "Good" | "UncertainLastUsableValue" {
  return connection === "Connected" ? "Good" : "UncertainLastUsableValue";
}

// They outlive a change of language, and with them the order that was sorted by them.
const byConnection: Compare<ChargePointRow> = (a, b) => compareTexts(a.connection, b.connection);
const byRegistration: Compare<ChargePointRow> = (a, b) => compareTexts(a.registration, b.registration);
const byState = comparingBy((row: ChargePointRow) => states.indexOf(stateOfChargePoint(row)), compareNumbers);
const byPower = comparingBy((row: ChargePointRow) => loadOf(row).power, compareNumbers);
const byTags = comparingBy((row: ChargePointRow) => tagsOf(row).join(", ") || undefined, compareTexts);
const byEnergy = comparingBy((row: ChargePointRow) => loadOf(row).energy, compareNumbers);
const byHeard: Compare<ChargePointRow> = (a, b) => compareNumbers(a.heard, b.heard);

/** Their titles follow the language. */
export const chargePointColumns = computed<readonly Column<ChargePointRow>[]>(() => [
  {
    key: "id",
    title: text("chargePoints.id"),
    width: 132,
    cell: (row) => <Identity row={row} />,
    compare: asTheyCome,
  },
  {
    key: "connection",
    title: text("chargePoints.connection"),
    width: 144,
    isSecondary: true,
    cell: ({ connection }) => <Connection connection={connection} />,
    compare: byConnection,
  },
  {
    key: "registration",
    title: text("chargePoints.registration"),
    width: 126,
    cell: ({ registration }) => <Registration registration={registration} />,
    compare: byRegistration,
  },
  {
    key: "state",
    title: text("chargePoints.connectors"),
    width: 244,
    cell: (row) => <Connectors row={row} />,
    compare: byState,
  },
  {
    key: "power",
    title: text("chargePoints.power"),
    width: 150,
    isNumber: true,
    cell: (row) => <Power row={row} />,
    compare: byPower,
  },
  {
    key: "tag",
    title: text("chargePoints.tag"),
    width: 104,
    cell: (row) => <Tags of={tagsOf(row)} />,
    compare: byTags,
  },
  {
    key: "energy",
    title: text("chargePoints.energy"),
    width: 88,
    isSecondary: true,
    isNumber: true,
    cell: (row) => <Quantity value={loadOf(row).energy} unit="Wh" quality={qualityOf(row)} />,
    compare: byEnergy,
  },
  {
    key: "heard",
    title: text("chargePoints.heard"),
    width: 120,
    isSecondary: true,
    isNumber: true,
    cell: ({ heard }) => <RelativeTime at={heard} />,
    compare: byHeard,
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

/** In one line; all of them are in its title. Each stands by itself, whichever way it is written. */
function Tags({ of }: { readonly of: readonly string[] }) {
  return (
    <span class="clipped" title={of.map(isolated).join(", ")}>
      {of.map((tag, place) => (
        <Fragment key={place}>
          {place > 0 && ", "}
          <bdi>{tag}</bdi>
        </Fragment>
      ))}
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

/** As many as have room with their names. */
const MOST_CONNECTORS = 2;

/** Of many those are shown whose states matter most; how many there are besides is said. */
function Connectors({ row }: { readonly row: ChargePointRow }) {
  const { connectors } = row;
  if (connectors.length === 0) return <StateBadge state={stateOfChargePoint(row)} />;
  const weight = (connector: ConnectorRow) => states.indexOf(stateOfConnector(row, connector));
  const byWeight = connectors.toSorted((a, b) => weight(a) - weight(b));
  const shown = new Set(byWeight.slice(0, MOST_CONNECTORS));
  const hidden = connectors.filter((connector) => !shown.has(connector));
  return (
    <span class="badges">
      {connectors.map(
        (connector) =>
          shown.has(connector) && (
            <StateBadge
              key={connector.id}
              state={stateOfConnector(row, connector)}
              before={String(connector.id)}
              title={knownOf(connector)}
            />
          ),
      )}
      {hidden.length > 0 && <Hidden connectors={hidden} />}
    </span>
  );
}

function Hidden({ connectors }: { readonly connectors: readonly ConnectorRow[] }) {
  const words = text("chargePoints.moreConnectors", {
    count: connectors.length,
    connectors: connectors.map(knownOf).join("; "),
  });
  return (
    <span class="more-badges" title={words}>
      <span aria-hidden="true">+{connectors.length}</span>
      <span class="unseen">{words}</span>
    </span>
  );
}

function knownOf({ id, status = "Unknown", error }: ConnectorRow): string {
  return `${id}: ${[status, ...(error === undefined ? [] : [error])].map(stateText).join(", ")}`;
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
