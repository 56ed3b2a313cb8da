// The last transactions of a connector, as the ledger has them; all of the charge point are one link away.
import { useEffect, useRef } from "preact/hooks";
import type { TransactionPage } from "../../../twin/keptPages.ts";
import { datapointOf } from "../chargePoint.ts";
import { quantityText } from "../numbers.ts";
import { Needs } from "../parts/needs.tsx";
import { RefusalNote } from "../parts/refusalNote.tsx";
import { exactTime } from "../parts/relativeTime.tsx";
import { useReading } from "../reading.ts";
import { rights } from "../rights.ts";
import { text } from "../texts.ts";
import { durationText } from "../transactions/transactionWords.ts";

const MOST = 10;

interface PastTransactionsProps {
  readonly chargePointId: string;
  readonly connector: number;
}

export function PastTransactions({ chargePointId, connector }: PastTransactionsProps) {
  return (
    <section class="panel" aria-labelledby="past-transactions">
      <h2 id="past-transactions">{text("faceplate.pastTransactions")}</h2>
      <Needs role={rights.readKept}>
        <Listed chargePointId={chargePointId} connector={connector} />
        <p>
          <a href={addressOfAll(chargePointId)}>{text("faceplate.allTransactions")}</a>
        </p>
      </Needs>
    </section>
  );
}

function Listed({ chargePointId, connector }: PastTransactionsProps) {
  const asked = { chargePoint: chargePointId, connector, running: "false", limit: MOST };
  const { value, refusal, again } = useReading<TransactionPage>("/api/transactions", asked);
  useAgainAtEnd(connector, again);
  if (value === undefined)
    return refusal === undefined ? <p class="quiet">{text("shell.waiting")}</p> : <RefusalNote refusal={refusal} />;
  return (
    <>
      <RefusalNote refusal={refusal} />
      {value.transactions.length === 0 && <p class="quiet">{text("transactions.none")}</p>}
      {value.transactions.length > 0 && <PastTable of={value} />}
    </>
  );
}

/** Reads anew once a transaction of the connector has begun or ended. */
function useAgainAtEnd(connector: number, again: () => void): void {
  const active = datapointOf(connector, "Transaction/Active")?.value;
  const id = datapointOf(connector, "Transaction/TransactionId")?.value;
  const before = useRef<string | undefined>(undefined);
  const now = JSON.stringify([active, id]);
  useEffect(() => {
    if (before.current !== undefined && before.current !== now) again();
    before.current = now;
  }, [now, again]);
}

function PastTable({ of: { transactions } }: { readonly of: TransactionPage }) {
  return (
    <table class="listing">
      <caption class="unseen">{text("faceplate.pastTransactions")}</caption>
      <thead>
        <tr>
          <th scope="col">{text("transactions.started")}</th>
          <th scope="col">{text("chargePoints.tag")}</th>
          <th scope="col">{text("transactions.duration")}</th>
          <th scope="col">{text("chargePoints.energy")}</th>
        </tr>
      </thead>
      <tbody>
        {transactions.map((entry) => (
          <tr key={entry.transactionId}>
            <td>
              <a href={`${addressOfAll(entry.chargePointId)}&id=${entry.transactionId}`}>
                {exactTime(entry.startedAt)}
              </a>
            </td>
            <td>
              <bdi>{entry.idTag}</bdi>
            </td>
            <td>{durationText(entry)}</td>
            <td>{energyText(entry.energy)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function energyText(energy: number | undefined): string {
  if (energy === undefined) return "–";
  const { number, unit } = quantityText(energy, "Wh");
  return `${number} ${unit}`;
}

function addressOfAll(chargePointId: string): string {
  return `/transactions?${new URLSearchParams({ chargePoint: chargePointId })}`;
}
