// Level 3: the faceplate of a connector. It shows what happens there and gives the bridge what somebody wants of it.
import type { PageProps } from "../pages.ts";
import { RelativeTime } from "../parts/relativeTime.tsx";
import { Badge, StateBadge } from "../parts/stateBadge.tsx";
import { addressOf } from "../addresses.ts";
import { isTableRead, rowOf } from "../rows.ts";
import { stateOfConnector } from "../states.ts";
import { text } from "../texts.ts";
import type { ChargePointRow, ConnectorRow } from "../../shapes.ts";
import { AskedDialog } from "./asking.tsx";
import { NotKnown } from "./chargePointPage.tsx";
import { ReservationPanel } from "./chargePointPanels.tsx";
import { CommandLogPanel } from "./commandLogPanel.tsx";
import { MeterPanel } from "./meterPanel.tsx";
import { OperatePanel } from "./operatePanel.tsx";
import { PastTransactions } from "./pastTransactions.tsx";
import { TransactionPanel } from "./transactionPanel.tsx";
import { TrendPanel } from "./trendPanel.tsx";
import { useWatched } from "./watching.ts";
import "../styles/faceplates.css";

export function ConnectorPage({ params: { id = "", connector: number = "" } }: PageProps) {
  useWatched(id);
  const row = rowOf(id);
  const connectorId = Number(number);
  const connector = row?.connectors.find((each) => each.id === connectorId);
  if (connector === undefined || row === undefined)
    return isTableRead.value ? <NotKnown id={id} /> : <p>{text("shell.waiting")}</p>;
  return (
    <article class={`faceplate${row.connection === "Connected" ? "" : " is-offline"}`}>
      <Heading row={row} connector={connector} />
      <div class="faceplate-grid">
        <MeterPanel connector={connector} />
        <OperatePanel chargePointId={id} connector={connector} />
        <CommandLogPanel chargePointId={id} connectorId={connectorId} />
        <TrendPanel key={`${id}/${connectorId}`} row={row} connectorId={connectorId} />
        <div class="faceplate-column">
          <TransactionPanel connector={connectorId} />
          <PastTransactions chargePointId={id} connector={connectorId} />
          <ReservationPanel connector={connectorId} />
        </div>
      </div>
      <AskedDialog />
    </article>
  );
}

function Heading({ row, connector }: { readonly row: ChargePointRow; readonly connector: ConnectorRow }) {
  return (
    <header class="faceplate-heading">
      <h1>
        <a href={addressOf(row.id)}>
          <bdi>{row.id}</bdi>
        </a>{" "}
        · {text("faceplate.connector", { id: connector.id })}
      </h1>
      <StateBadge state={stateOfConnector(row, connector)} />
      <span class="quiet">
        <RelativeTime at={row.connection === "Connected" ? connector.since : row.since} />
      </span>
      {row.connection === "Connected" && connector.error !== undefined && (
        <Badge shape="diamond" tone="alarm">
          <bdi>{connector.error}</bdi>
        </Badge>
      )}
      {connector.inoperative === true && (
        <Badge shape="barred" tone="warning">
          {text("faceplate.inoperative")}
        </Badge>
      )}
    </header>
  );
}
