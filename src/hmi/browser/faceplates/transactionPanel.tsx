// The transaction that runs at a connector, or the last one.
import { datapointOf } from "../chargePoint.ts";
import { text } from "../texts.ts";
import { Facts, type Fact } from "./value.tsx";

const begun: readonly Fact[] = [
  { label: "faceplate.transactionId", path: "Transaction/TransactionId" },
  { label: "chargePoints.tag", path: "Transaction/IdTag" },
  { label: "faceplate.idTagStatus", path: "Transaction/Start/IdTagStatus" },
  { label: "faceplate.started", path: "Transaction/Start/Timestamp", look: "time" },
  { label: "faceplate.energy", path: "Transaction/Energy", look: { unit: "Wh" } },
  { label: "faceplate.meterStart", path: "Transaction/Start/MeterStart", look: { unit: "Wh" } },
];
const ended: readonly Fact[] = [
  { label: "faceplate.stopped", path: "Transaction/Stop/Timestamp", look: "time" },
  { label: "faceplate.reason", path: "Transaction/Stop/Reason" },
  { label: "faceplate.stoppedBy", path: "Transaction/Stop/IdTag" },
  { label: "faceplate.meterStop", path: "Transaction/Stop/MeterStop", look: { unit: "Wh" } },
];

export function TransactionPanel({ connector }: { readonly connector: number }) {
  const isActive = datapointOf(connector, "Transaction/Active")?.value === true;
  return (
    <section class="panel" aria-labelledby="transaction">
      <h2 id="transaction">{text(isActive ? "faceplate.transaction" : "faceplate.lastTransaction")}</h2>
      <Facts of={isActive ? begun : [...begun, ...ended]} connector={connector} isShort />
    </section>
  );
}
