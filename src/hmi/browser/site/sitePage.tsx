// Level 1: the whole site at one glance, what is abnormal first to be seen.
import { computed } from "@preact/signals";
import { unacknowledgedCount } from "../alarms.ts";
import { areAlarmsKnown, bridge } from "../live.ts";
import { formOf, numberText, quantityText } from "../numbers.ts";
import { LimitBar } from "../parts/limitBar.tsx";
import { Shape, type ShapeName } from "../parts/shape.tsx";
import { StateBadge } from "../parts/stateBadge.tsx";
import { allRows, isTableRead } from "../rows.ts";
import { text, type TextKey } from "../texts.ts";
import { BridgeHealth } from "./bridgeHealth.tsx";
import { sumsOf, type SiteSums } from "./siteSums.ts";

/** Until the table has been read. */
const unknownSums: { readonly [Key in keyof SiteSums]?: undefined } = {};
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
            <span class="figure">{countText(now?.connectedChargePoints)}</span>{" "}
            {text("site.ofKnown", { known: countText(now?.knownChargePoints) })}
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
  const { faults, offline, violations, pending } = isTableRead.value ? sums.value : unknownSums;
  const unacknowledged = areAlarmsKnown.value ? unacknowledgedCount.value : undefined;
  return (
    <section class="panel abnormal" aria-labelledby="site-abnormal">
      <h2 id="site-abnormal">{text("site.abnormal")}</h2>
      <ul>
        <Count
          name={`site.unacknowledged.${formOf(unacknowledged)}`}
          shape="diamond"
          tone="alarm"
          count={unacknowledged}
          to="/alarms"
        />
        <Count
          name={`site.faults.${formOf(faults)}`}
          shape="diamond"
          tone="alarm"
          count={faults}
          to="/charge-points?abnormal=faults"
        />
        <Count
          name={`site.offline.${formOf(offline)}`}
          shape="stale"
          tone="stale"
          count={offline}
          to="/charge-points?connection=Disconnected"
        />
        <Count
          name={`site.violations.${formOf(violations)}`}
          shape="triangle"
          tone="warning"
          count={violations}
          to="/charge-points?abnormal=violations"
        />
        <Count
          name={`site.pending.${formOf(pending)}`}
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
  /** Undefined while it is not known. */
  readonly count: number | undefined;
  readonly to: string;
}

/** It has its shape and colour only as long as there is one. */
function Count({ name, shape, tone, count, to }: CountProps) {
  const isSome = count !== undefined && count > 0;
  return (
    <li class={isSome ? tone : "none"}>
      <a href={to}>
        <Shape of={isSome ? shape : "ring"} />
        <span class="count">{countText(count)}</span> <span class="name">{text(name)}</span>
      </a>
    </li>
  );
}

function countText(count: number | undefined): string {
  return count === undefined ? "–" : numberText(count);
}

function ConnectorsByState() {
  const { connectors, byState } = sums.value;
  const isKnown = isTableRead.value;
  return (
    <section class="panel" aria-labelledby="site-states">
      <h2 id="site-states">{text("site.connectorsByState", { count: countText(isKnown ? connectors : undefined) })}</h2>
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
      {connectors === 0 && <p class="quiet">{text(isKnown ? "site.noConnectors" : "shell.waiting")}</p>}
    </section>
  );
}
