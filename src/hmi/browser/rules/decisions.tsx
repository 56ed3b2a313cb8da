// What was decided, the newest first: question, answer, whose answer it was, and how long it took.
import { useState } from "preact/hooks";
import type { DecisionRow, DecisionsView } from "../../siteShapes.ts";
import { get } from "../api.ts";
import type { Refused } from "../refused.ts";
import { quantityText } from "../numbers.ts";
import { BridgeSentence } from "../parts/bridgeSentence.tsx";
import { RefusalNote } from "../parts/refusalNote.tsx";
import { RelativeTime } from "../parts/relativeTime.tsx";
import { Shape } from "../parts/shape.tsx";
import { useReading } from "../reading.ts";
import { addressOf } from "../addresses.ts";
import { text } from "../texts.ts";
import { wordOf } from "../transactions/transactionWords.ts";

const PAGE = 50;
const AGAIN_MS = 5_000;

export function Decisions() {
  /** Pages after the first; while they are open nothing moves below the reader's eyes. */
  const [older, setOlder] = useState<DecisionsView | undefined>(undefined);
  const [refused, setRefused] = useState<Refused | undefined>(undefined);
  const everyMs = older === undefined ? AGAIN_MS : undefined;
  const { value, refusal } = useReading<DecisionsView>("/api/decisions", { limit: PAGE }, everyMs);
  const rows = [...(value?.decisions ?? []), ...(older?.decisions ?? [])];
  const next = older === undefined ? value?.next : older.next;
  const readOlder = async () => {
    const answer = await get<DecisionsView>("/api/decisions", { limit: PAGE, before: next });
    setRefused(answer.kind === "refusal" ? answer : undefined);
    if (answer.kind === "refusal") return;
    setOlder({ ...answer.value, decisions: [...(older?.decisions ?? []), ...answer.value.decisions] });
  };
  return (
    <section class="panel">
      <h2>{text("rules.decisions")}</h2>
      {older !== undefined && (
        <p class="notice" role="status">
          {text("rules.notFollowed")}{" "}
          <button type="button" onClick={() => setOlder(undefined)}>
            {text("rules.follow")}
          </button>
        </p>
      )}
      <RefusalNote refusal={refused ?? refusal} />
      {value !== undefined && rows.length === 0 && (
        <p class="quiet">{text(value.isKept ? "rules.noDecisions" : "rules.notKept")}</p>
      )}
      {rows.length > 0 && <DecisionsTable rows={rows} />}
      {next !== undefined && (
        <button type="button" onClick={() => void readOlder()}>
          {text("rules.older")}
        </button>
      )}
    </section>
  );
}

const columns = ["time", "chargePoint", "action", "idTag", "answer", "by", "latency"] as const;

function DecisionsTable({ rows }: { readonly rows: readonly DecisionRow[] }) {
  return (
    <div class="scrolled">
      <table class="listing">
        <caption class="unseen">{text("rules.decisions")}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col" class={column === "latency" ? "is-number" : undefined}>
                {text(`rules.${column}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <Decision key={`${row.at} ${index}`} {...row} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Decision(row: DecisionRow) {
  const { at, chargePointId, connectorId, action, idTag, status, answer, source, rule, answeredBy, reason } = row;
  const latency = quantityText(row.latencyMs, "ms");
  return (
    <tr>
      <td>
        <RelativeTime at={at} />
      </td>
      <td>
        <a href={addressOf(chargePointId)}>
          <bdi>{chargePointId}</bdi>
        </a>
        {connectorId > 0 && ` / ${connectorId}`}
      </td>
      <td>{action}</td>
      <td>
        <bdi>{idTag}</bdi>
      </td>
      <td title={answer}>{status}</td>
      <td>
        {wordOf(`decision.source.${source}`, source)}
        {rule !== "" && (
          <>
            : <bdi>{rule}</bdi>
          </>
        )}
        {answeredBy !== "" && <bdi> ({answeredBy})</bdi>}
        {reason !== "" && (
          <div class="reason">
            <Shape of="triangle" /> <BridgeSentence of={reason} />
          </div>
        )}
      </td>
      <td class="is-number">
        {latency.number} {latency.unit}
      </td>
    </tr>
  );
}
