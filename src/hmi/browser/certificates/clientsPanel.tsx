// Who has a session with the OPC UA server now. It changes nothing.
import type { ConnectedClient } from "../../../twin/ports.ts";
import { numberText } from "../numbers.ts";
import { RefusalNote } from "../parts/refusalNote.tsx";
import { RelativeTime } from "../parts/relativeTime.tsx";
import { Badge } from "../parts/stateBadge.tsx";
import { useReading } from "../reading.ts";
import { text } from "../texts.ts";

const AGAIN_MS = 3_000;

export function ClientsPanel() {
  const { value, refusal } = useReading<{ readonly clients: readonly ConnectedClient[] }>("/api/clients", {}, AGAIN_MS);
  const clients = value?.clients ?? [];
  return (
    <section class="panel">
      <h2>
        {text("clients.title")} ({value === undefined ? "–" : clients.length})
      </h2>
      <RefusalNote refusal={refusal} />
      {value !== undefined && clients.length === 0 && <p class="quiet">{text("clients.none")}</p>}
      {clients.length > 0 && (
        <div class="scrolled">
          <table class="listing">
            <caption class="unseen">{text("clients.title")}</caption>
            <thead>
              <tr>
                <th scope="col">{text("clients.application")}</th>
                <th scope="col">{text("clients.user")}</th>
                <th scope="col">{text("clients.address")}</th>
                <th scope="col">{text("clients.security")}</th>
                <th scope="col">{text("clients.since")}</th>
                <th scope="col">{text("clients.items")}</th>
              </tr>
            </thead>
            <tbody>
              {clients.map((client) => (
                <Row key={`${client.session} ${client.address} ${client.since}`} client={client} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function Row({ client }: { readonly client: ConnectedClient }) {
  const { application, session, user, address, securityPolicy, securityMode, since, monitoredItems } = client;
  return (
    <tr>
      <th scope="row">
        <bdi>{application}</bdi>
        <div class="quiet">
          <bdi>{session}</bdi>
        </div>
      </th>
      <td>
        <bdi>{user}</bdi>
      </td>
      <td>{address}</td>
      <td>
        {securityMode === "None" ? (
          <Badge shape="triangle" tone="warning">
            {text("clients.open")}
          </Badge>
        ) : (
          `${securityPolicy}, ${securityMode}`
        )}
      </td>
      <td>
        <RelativeTime at={since} />
      </td>
      <td>{numberText(monitoredItems)}</td>
    </tr>
  );
}
