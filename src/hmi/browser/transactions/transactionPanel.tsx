// One transaction in full, with who decided that it may be.
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { LedgerEntry } from "../../../twin/keptPages.ts";
import type { DecisionView, TransactionDetail } from "../../shapes.ts";
import { get, type Answer } from "../api.ts";
import { quantityText } from "../numbers.ts";
import { exactTime } from "../parts/relativeTime.tsx";
import { RefusalNote } from "../parts/refusalNote.tsx";
import { Badge } from "../parts/stateBadge.tsx";
import { BridgeSentence } from "../parts/bridgeSentence.tsx";
import { setQuery } from "../router.ts";
import { text } from "../texts.ts";
import { Energy, Place } from "./transactionColumns.tsx";
import { durationText, faultsOf, notesOn, wordOf } from "./transactionWords.ts";

interface TransactionPanelProps {
  readonly id: string;
  /** What the list shows: it is read anew together with that. */
  readonly shown: readonly LedgerEntry[];
}

export function TransactionPanel({ id, shown }: TransactionPanelProps) {
  const [found, setFound] = useState<Answer<TransactionDetail> | undefined>(undefined);
  useEffect(() => {
    let isOver = false;
    void get<TransactionDetail>(`/api/transactions/${encodeURIComponent(id)}`).then((answer) => {
      if (!isOver) setFound(answer);
    });
    return () => {
      isOver = true;
    };
  }, [id, shown]);
  return (
    <section class="panel detail" aria-labelledby="transaction-detail">
      <header>
        <h2 id="transaction-detail">{text("transactions.one", { id })}</h2>
        <button type="button" onClick={() => setQuery({ id: "" })}>
          {text("kept.close")}
        </button>
      </header>
      {found === undefined && <p class="quiet">{text("shell.waiting")}</p>}
      {found?.kind === "refusal" && <RefusalNote refusal={found} />}
      {found?.kind === "answer" && <Detail detail={found.value} />}
    </section>
  );
}

function Detail({ detail: { transaction, decisions } }: { readonly detail: TransactionDetail }) {
  return (
    <div class="columns">
      <Facts entry={transaction} />
      <Decisions decisions={decisions} />
    </div>
  );
}

function Facts({ entry }: { readonly entry: LedgerEntry }) {
  const faults = faultsOf(entry);
  const notes = notesOn(entry);
  const energyOf = (value: number | undefined) => {
    if (value === undefined) return "–";
    const shown = quantityText(value, "Wh");
    return `${shown.number} ${shown.unit}`;
  };
  return (
    <table class="facts">
      <tbody>
        <Fact name={text("chargePoints.id")}>
          <Place entry={entry} />
        </Fact>
        <Fact name={text("chargePoints.tag")}>
          <bdi>{entry.idTag}</bdi>
        </Fact>
        <Fact name={text("transactions.started")}>{exactTime(entry.startedAt)}</Fact>
        {entry.endedAt !== undefined && (
          <Fact name={text("transactions.endedAt")}>
            {exactTime(entry.endedAt)} ({durationText(entry)})
          </Fact>
        )}
        <Fact name={text("transactions.meter")}>
          {energyOf(entry.meterStart)} … {energyOf(entry.meterStop)}
        </Fact>
        <Fact name={text("chargePoints.energy")}>
          <Energy entry={entry} />
        </Fact>
        {entry.reason !== undefined && (
          <Fact name={text("transactions.reason")}>
            <bdi>{entry.reason}</bdi>
          </Fact>
        )}
        {entry.stopIdTag !== undefined && (
          <Fact name={text("transactions.stopTag")}>
            <bdi>{entry.stopIdTag}</bdi>
          </Fact>
        )}
        {entry.reservationId !== undefined && (
          <Fact name={text("transactions.reservation")}>{entry.reservationId}</Fact>
        )}
        {faults.length + notes.length > 0 && (
          <Fact name={text("transactions.remarks")}>
            {faults.map((fault) => (
              <div key={fault} class="sentence">
                <Badge shape="triangle" tone="warning">
                  {fault}
                </Badge>
              </div>
            ))}
            {notes.map((note) => (
              <div key={note}>{note}</div>
            ))}
          </Fact>
        )}
      </tbody>
    </table>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    <tr>
      <th scope="row">{name}</th>
      <td class="sentence">{children}</td>
    </tr>
  );
}

function Decisions({ decisions }: { readonly decisions: readonly DecisionView[] }) {
  return (
    <div>
      <h3>{text("transactions.decisions")}</h3>
      {decisions.length === 0 && <p class="quiet">{text("transactions.noDecisions")}</p>}
      <ol class="decisions">
        {decisions.map((decision) => (
          <li key={decision.action}>
            <Decision decision={decision} />
          </li>
        ))}
      </ol>
    </div>
  );
}

function Decision({ decision }: { readonly decision: DecisionView }) {
  const { action, status, source, rule, asked, answeredBy, latencyMs, reason, at } = decision;
  const latency = quantityText(latencyMs, "ms");
  return (
    <>
      <strong>{action}</strong>: <bdi>{status}</bdi> – {wordOf(`decision.source.${source}`, source)}
      {rule !== "" && (
        <>
          {" "}
          “<bdi>{rule}</bdi>”
        </>
      )}
      {answeredBy !== "" && (
        <>
          {" "}
          (<bdi>{answeredBy}</bdi>)
        </>
      )}
      <div class="quiet">
        {exactTime(at)}, {latency.number} {latency.unit}
        {asked !== "" && `, ${text("transactions.asked", { asked })}`}
      </div>
      {reason !== "" && (
        <Badge shape="triangle" tone="warning">
          <BridgeSentence of={reason} />
        </Badge>
      )}
    </>
  );
}
