// Level 1: the whole site at one glance, what is abnormal first to be seen.
import { computed } from "@preact/signals";
import { alarms } from "../alarms.ts";
import { bridge } from "../live.ts";
import { numberText, quantityText } from "../numbers.ts";
import { LimitBar } from "../parts/limitBar.tsx";
import { Shape, type ShapeName } from "../parts/shape.tsx";
import { StateBadge } from "../parts/stateBadge.tsx";
import { allRows } from "../rows.ts";
import { text, type TextKey } from "../texts.ts";
import { BridgeHealth } from "./bridgeHealth.tsx";
import { sumsOf } from "./siteSums.ts";

const sums = computed(() => sumsOf(allRows.value));

export function SitePage() {
  return (
    <>
      <h1>{text("page.site")}</h1>
      <div class="site">
        <Now />
        <Abnormal />
        <ConnectorsByState />
        <BridgeHealth />
      </div>
    </>
  );
}

function Now() {
  const now = bridge.value;
  return (
    <section class="panel now" aria-labelledby="site-now">
      <h2 id="site-now">{text("site.now")}</h2>
      <dl>
        <Figure name="site.power" value={now?.power} unit="W" />
        <Figure name="site.energyToday" value={now?.energyToday} unit="Wh" />
        <Figure name="site.transactions" value={now?.activeTransactions} unit="" />
        <div>
          <dt>{text("site.connected")}</dt>
          <dd>
            <span class="figure">{numberText(now?.connectedChargePoints ?? 0)}</span>{" "}
            {text("site.ofKnown", { known: numberText(now?.knownChargePoints ?? 0) })}
            <LimitBar
              label={text("site.connected")}
              value={now?.connectedChargePoints}
              limit={now?.knownChargePoints}
              unit=""
            />
          </dd>
        </div>
      </dl>
    </section>
  );
}

function Figure(props: { readonly name: TextKey; readonly value: number | undefined; readonly unit: string }) {
  const { name, value, unit } = props;
  const shown = value === undefined ? { number: "–", unit: "" } : quantityText(value, unit);
  return (
    <div>
      <dt>{text(name)}</dt>
      <dd>
        <span class="figure">{shown.number}</span> {shown.unit}
      </dd>
    </div>
  );
}

function Abnormal() {
  const { faults, offline, violations, pending } = sums.value;
  const unacknowledged = [...alarms.value.values()].filter(({ acknowledged }) => !acknowledged).length;
  return (
    <section class="panel abnormal" aria-labelledby="site-abnormal">
      <h2 id="site-abnormal">{text("site.abnormal")}</h2>
      <ul>
        <Count name="site.unacknowledged" shape="diamond" tone="alarm" count={unacknowledged} to="/alarms" />
        <Count name="site.faults" shape="diamond" tone="alarm" count={faults} to="/charge-points?abnormal=faults" />
        <Count
          name="site.offline"
          shape="stale"
          tone="stale"
          count={offline}
          to="/charge-points?connection=Disconnected"
        />
        <Count
          name="site.violations"
          shape="triangle"
          tone="warning"
          count={violations}
          to="/charge-points?abnormal=violations"
        />
        <Count
          name="site.pending"
          shape="triangle"
          tone="warning"
          count={pending}
          to="/charge-points?abnormal=pending"
        />
      </ul>
    </section>
  );
}

interface CountProps {
  readonly name: TextKey;
  readonly shape: ShapeName;
  readonly tone: "alarm" | "warning" | "stale";
  readonly count: number;
  readonly to: string;
}

/** It has its shape and colour only as long as there is one. */
function Count({ name, shape, tone, count, to }: CountProps) {
  return (
    <li class={count > 0 ? tone : "none"}>
      <a href={to}>
        {count > 0 ? <Shape of={shape} /> : <Shape of="ring" />}
        <span class="count">{numberText(count)}</span> <span class="name">{text(name)}</span>
      </a>
    </li>
  );
}

function ConnectorsByState() {
  const { connectors, byState } = sums.value;
  return (
    <section class="panel" aria-labelledby="site-states">
      <h2 id="site-states">{text("site.connectorsByState", { count: numberText(connectors) })}</h2>
      <table class="facts">
        <tbody>
          {byState.map(({ state, count }) => (
            <tr key={state}>
              <th scope="row">
                <a href={`/charge-points?state=${state}`}>
                  <StateBadge state={state} />
                </a>
              </th>
              <td class="is-number">{numberText(count)}</td>
              <td class="share">
                <span class="track" aria-hidden="true">
                  <span class="fill" style={{ width: `${((count / connectors) * 100).toFixed(1)}%` }} />
                </span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {connectors === 0 && <p class="quiet">{text("site.noConnectors")}</p>}
    </section>
  );
}
