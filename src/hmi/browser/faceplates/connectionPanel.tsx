// The link to the charge point, and where what it sends deviates from OCPP.
import { datapointOf } from "../chargePoint.ts";
import { numberText } from "../numbers.ts";
import { Badge } from "../parts/stateBadge.tsx";
import { text } from "../texts.ts";
import { Facts, parsed, type Fact } from "./value.tsx";

const link: readonly Fact[] = [
  { label: "faceplate.connState", path: "Common/ConnState" },
  { label: "faceplate.connectedSince", path: "State/ConnectedSince", look: "time" },
  { label: "faceplate.address", path: "State/RemoteAddress" },
  { label: "faceplate.securityProfile", path: "State/SecurityProfile" },
  { label: "faceplate.ocppVersion", path: "State/OcppVersion" },
  { label: "chargePoints.heard", path: "State/LastMessage", look: "ago" },
  { label: "faceplate.lastHeartbeat", path: "State/LastHeartbeat", look: "ago" },
  { label: "faceplate.clockOffset", path: "State/ClockOffset", look: { unit: "s" } },
];

export function ConnectionPanel() {
  return (
    <section class="panel" aria-labelledby="connection">
      <h2 id="connection">{text("chargePoints.connection")}</h2>
      <Facts of={link} />
      <Violations />
    </section>
  );
}

function Violations() {
  const count = datapointOf(0, "State/Violations")?.value;
  if (typeof count !== "number" || count === 0) return <p class="quiet">{text("faceplate.noViolations")}</p>;
  const kinds = parsed(datapointOf(0, "State/ViolationKinds"));
  const last = parsed(datapointOf(0, "State/LastViolations"));
  return (
    <details class="violations">
      <summary>
        <Badge shape="triangle" tone="warning">
          {text("faceplate.violations", { count: numberText(count) })}
        </Badge>
      </summary>
      <h3>{text("faceplate.violationKinds")}</h3>
      <ul>
        {Object.entries(typeof kinds === "object" && kinds !== null ? kinds : {}).map(([kind, times]) => (
          <li key={kind}>
            <bdi>{kind}</bdi>: {String(times)}
          </li>
        ))}
      </ul>
      <h3>{text("faceplate.lastViolations")}</h3>
      <ol>
        {(Array.isArray(last) ? last : []).toReversed().map((violation, place) => (
          <li key={place}>
            <bdi>{String(violation)}</bdi>
          </li>
        ))}
      </ol>
    </details>
  );
}
