// One door for all that a faceplate does: what is destructive is asked about first, by charge point and connector.
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { ConfirmDialog } from "../parts/confirmDialog.tsx";
import { text } from "../texts.ts";
import { give } from "./commandLog.ts";
import { connectorOfOrder, consequenceOf, nameOfOrder, type FaceplateOrder } from "./destructive.ts";

interface Asked {
  readonly order: FaceplateOrder;
  readonly question: string;
}

const asked = signal<Asked | undefined>(undefined);

/** Sends it, or asks first. What comes of it stands in the log of commands. */
export function want(order: FaceplateOrder, question = questionOf(order)): void {
  if (consequenceOf(order) === undefined) void give(order);
  else asked.value = { order, question };
}

function questionOf(order: FaceplateOrder): string {
  const names = { command: nameOfOrder(order), chargePoint: order.chargePointId };
  const connector = connectorOfOrder(order) ?? 0;
  return connector === 0
    ? text("faceplate.question", names)
    : text("faceplate.questionOfConnector", { ...names, connector });
}

/** Once on each page. Whoever leaves the page has not answered, and is not asked again elsewhere. */
export function AskedDialog() {
  useEffect(() => cancel, []);
  if (asked.value === undefined) return null;
  const { order, question } = asked.value;
  const consequence = consequenceOf(order);
  if (consequence === undefined) return null;
  return (
    <ConfirmDialog
      question={question}
      verb={nameOfOrder(order)}
      onCancel={cancel}
      onConfirm={() => {
        cancel();
        void give(order);
      }}
    >
      <p>{text(consequence)}</p>
    </ConfirmDialog>
  );
}

function cancel(): void {
  asked.value = undefined;
}
