// How the bridge itself fares: its OPC UA side, its store, its decisions, and its own alarms, among them those of certificates.
import type { ComponentChildren } from "preact";
import type { AlarmRow, BridgeEvent } from "../../shapes.ts";
import { alarms } from "../alarms.ts";
import { alarmName } from "../bridgeSentences.ts";
import { BridgeSentence } from "../parts/bridgeSentence.tsx";
import { areAlarmsKnown, bridge } from "../live.ts";
import { numberText, quantityText } from "../numbers.ts";
import { RelativeTime } from "../parts/relativeTime.tsx";
import { Badge } from "../parts/stateBadge.tsx";
import { text } from "../texts.ts";

/** OPC 10000-4 §6.6.2.4.2: from 200 on a server is healthy. */
const HEALTHY_FROM = 200;

export function BridgeHealth() {
  const now = bridge.value;
  return (
    <section class="panel health" aria-labelledby="site-health">
      <h2 id="site-health">{text("health.title")}</h2>
      {now === undefined ? <p class="quiet">{text("shell.waiting")}</p> : <Facts now={now} />}
    </section>
  );
}

function Facts({ now }: { readonly now: BridgeEvent }) {
  const own = [...alarms.value.values()].filter(({ chargePointId, active }) => chargePointId === "" && active);
  const received = quantityText(now.messagesReceivedPerSecond, "1/s");
  const sent = quantityText(now.messagesSentPerSecond, "1/s");
  const latency = quantityText(now.decisionLatencyMilliseconds, "ms");
  return (
    <table class="facts">
      <tbody>
        <Fact name={text("health.serviceLevel")}>
          <Judged isGood={now.serviceLevel >= HEALTHY_FROM}>{numberText(now.serviceLevel)}</Judged>
          <Sentences of={now.serviceLevelReasons} />
        </Fact>
        <Fact name={text("health.clients")}>{numberText(now.opcuaClients)}</Fact>
        <Fact name={text("health.store")}>
          <Judged isGood={now.storeState === "ok"}>{text(`store.${now.storeState}`)}</Judged>
        </Fact>
        <Fact name={text("health.rules")}>
          <Judged isGood={now.rulesError === ""}>{numberText(now.rulesInUse)}</Judged>
          <Sentences of={now.rulesError === "" ? [] : [now.rulesError]} />
        </Fact>
        <Fact name={text("health.decisionLatency")}>
          {latency.number} {latency.unit}
        </Fact>
        <Fact name={text("health.scada")}>
          <Judged isGood={now.scadaMethodState !== "unreachable"}>{text(`scada.${now.scadaMethodState}`)}</Judged>
        </Fact>
        <Fact name={text("health.messages")}>
          {text("health.inAndOut", { received: received.number, sent: sent.number })}
        </Fact>
        <Fact name={text("health.ownAlarms")}>
          {own.length > 0 && <OwnAlarms alarms={own} />}
          {own.length === 0 && (areAlarmsKnown.value ? <Judged isGood>{text("health.noAlarms")}</Judged> : "–")}
        </Fact>
        <Fact name={text("health.version")}>
          <bdi>{now.version}</bdi>, {text("health.since")} <RelativeTime at={now.startedAt} />
        </Fact>
      </tbody>
    </table>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    <tr>
      <th scope="row">{name}</th>
      <td>{children}</td>
    </tr>
  );
}

function Judged({ isGood, children }: { readonly isGood: boolean; readonly children: ComponentChildren }) {
  return (
    <Badge shape={isGood ? "dot" : "triangle"} tone={isGood ? "quiet" : "warning"}>
      {children}
    </Badge>
  );
}

function Sentences({ of }: { readonly of: readonly string[] }) {
  return (
    <>
      {of.map((sentence) => (
        <div key={sentence} class="sentence">
          <BridgeSentence of={sentence} />
        </div>
      ))}
    </>
  );
}

function OwnAlarms({ alarms: own }: { readonly alarms: readonly AlarmRow[] }) {
  return (
    <>
      {own.map(({ name, message }) => (
        <div key={name} class="sentence">
          <Badge shape="diamond" tone="alarm">
            <a href="/alarms">
              <bdi>{alarmName(name)}</bdi>
            </a>
            : <BridgeSentence of={message} />
          </Badge>
        </div>
      ))}
    </>
  );
}
