// Level 3: the faceplate of a charge point, all that it has told and all that can be done to it. It shows; the bridge judges.
import { datapointOf } from "../chargePoint.ts";
import type { PageProps } from "../pages.ts";
import { Badge, StateBadge } from "../parts/stateBadge.tsx";
import { isTableRead, rowOf } from "../rows.ts";
import { stateOfChargePoint } from "../states.ts";
import { text } from "../texts.ts";
import type { ChargePointRow } from "../../shapes.ts";
import { AskedDialog } from "./asking.tsx";
import { CommandLogPanel } from "./commandLogPanel.tsx";
import { CommandsPanel } from "./commandsPanel.tsx";
import { ConfigurationPanel } from "./configurationPanel.tsx";
import { ConnectionPanel } from "./connectionPanel.tsx";
import { ConnectorsPanel } from "./connectorsPanel.tsx";
import { IdentificationPanel, LocalListPanel, ReservationPanel, TransfersPanel } from "./chargePointPanels.tsx";
import { RegistrationPanel } from "./registrationPanel.tsx";
import { useWatched } from "./watching.ts";
import "../styles/faceplates.css";

export function ChargePointPage({ params: { id = "" } }: PageProps) {
  useWatched(id);
  const row = rowOf(id);
  if (row === undefined && isTableRead.value) return <NotKnown id={id} />;
  return (
    <article class={`faceplate${row?.connection === "Connected" ? "" : " is-offline"}`}>
      <Heading id={id} row={row} />
      <div class="faceplate-grid">
        <ConnectorsPanel id={id} row={row} />
        <RegistrationPanel id={id} row={row} />
        <div class="faceplate-column">
          <ConnectionPanel />
          <IdentificationPanel />
          <TransfersPanel id={id} />
        </div>
        <div class="faceplate-column">
          <CommandsPanel id={id} />
          <LocalListPanel id={id} />
          <ReservationPanel />
        </div>
        <CommandLogPanel chargePointId={id} />
        <ConfigurationPanel id={id} />
      </div>
      <AskedDialog />
    </article>
  );
}

function Heading({ id, row }: { readonly id: string; readonly row: ChargePointRow | undefined }) {
  const errorCode = datapointOf(0, "State/ErrorCode")?.value;
  return (
    <header class="faceplate-heading">
      <h1>
        <bdi>{id}</bdi>
      </h1>
      {row !== undefined && <StateBadge state={stateOfChargePoint(row)} />}
      {row?.connection === "Connected" && typeof errorCode === "string" && errorCode !== "NoError" && (
        <Badge shape="diamond" tone="alarm">
          <bdi>{errorCode}</bdi>
        </Badge>
      )}
    </header>
  );
}

export function NotKnown({ id }: { readonly id: string }) {
  return (
    <>
      <h1>
        <bdi>{id}</bdi>
      </h1>
      <p>{text("faceplate.notKnown")}</p>
      <p>
        <a href="/charge-points">{text("page.chargePoints")}</a>
      </p>
    </>
  );
}
