// The connectors of a charge point at a glance, each a link to its own faceplate.
import type { ChargePointRow, ConnectorRow } from "../../shapes.ts";
import { Quantity } from "../parts/quantity.tsx";
import { StateBadge } from "../parts/stateBadge.tsx";
import { addressOf } from "../addresses.ts";
import { stateOfConnector } from "../states.ts";
import { text } from "../texts.ts";
import { CurrentBar } from "./meterPanel.tsx";

export function ConnectorsPanel({ id, row }: { readonly id: string; readonly row: ChargePointRow | undefined }) {
  return (
    <section class="panel is-wide" aria-labelledby="connectors">
      <h2 id="connectors">{text("chargePoints.connectors")}</h2>
      {row !== undefined && row.connectors.length > 0 ? (
        <Connectors id={id} row={row} />
      ) : (
        <p class="quiet">{text("faceplate.noConnectors")}</p>
      )}
    </section>
  );
}

function Connectors({ id, row }: { readonly id: string; readonly row: ChargePointRow }) {
  return (
    <table class="facts">
      <thead>
        <tr>
          <th scope="col">{text("faceplate.connectorNumber")}</th>
          <th scope="col">{text("filter.state")}</th>
          <th scope="col" class="is-number">
            {text("chargePoints.power")}
          </th>
          <th scope="col">{text("chargePoints.currentOfLimit")}</th>
          <th scope="col" class="is-number">
            {text("chargePoints.energy")}
          </th>
          <th scope="col">{text("chargePoints.tag")}</th>
        </tr>
      </thead>
      <tbody>
        {row.connectors.map((connector) => (
          <Connector key={connector.id} id={id} row={row} connector={connector} />
        ))}
      </tbody>
    </table>
  );
}

interface ConnectorProps {
  readonly id: string;
  readonly row: ChargePointRow;
  readonly connector: ConnectorRow;
}

function Connector({ id, row, connector }: ConnectorProps) {
  const quality = row.connection === "Connected" ? "Good" : "UncertainLastUsableValue";
  return (
    <tr>
      <th scope="row">
        <a href={addressOf(id, connector.id)}>{text("faceplate.connector", { id: connector.id })}</a>
      </th>
      <td>
        <StateBadge state={stateOfConnector(row, connector)} />
      </td>
      <td class="is-number">
        <Quantity value={connector.power} unit="W" quality={quality} />
      </td>
      <td>
        <CurrentBar connector={connector.id} />
      </td>
      <td class="is-number">
        <Quantity value={connector.energy} unit="Wh" quality={quality} />
      </td>
      <td>
        <bdi>{connector.tag ?? "–"}</bdi>
        {connector.reserved !== undefined && (
          <div class="quiet">
            {text("faceplate.reservedFor")} <bdi>{connector.reserved}</bdi>
          </div>
        )}
      </td>
    </tr>
  );
}
