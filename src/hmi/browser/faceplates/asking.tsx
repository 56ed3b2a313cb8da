// One door for all that a faceplate does: what is destructive is asked about first, by charge point and connector.
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { ConfirmDialog } from "../parts/confirmDialog.tsx";
import { text } from "../texts.ts";
import { give } from "./commandLog.ts";
import { connectorOfOrder, consequenceOf, nameOfOrder, type FaceplateOrder } from "./destructive.ts";

const asked = signal<FaceplateOrder | undefined>(undefined);

/** Sends it, or asks first. What comes of it stands in the log of commands. */
export function want(order: FaceplateOrder): void {
  if (consequenceOf(order) === undefined) void give(order);
  else asked.value = order;
}

/** Once on each page. Whoever leaves the page has not answered, and is not asked again elsewhere. */
export function AskedDialog() {
  useEffect(() => cancel, []);
  const order = asked.value;
  const consequence = order === undefined ? undefined : consequenceOf(order);
  if (order === undefined || consequence === undefined) return null;
  const command = nameOfOrder(order);
  const connector = connectorOfOrder(order);
  const names = { command, chargePoint: order.chargePointId };
  return (
    <ConfirmDialog
      question={
        connector === undefined || connector === 0
          ? text("faceplate.question", names)
          : text("faceplate.questionOfConnector", { ...names, connector })
      }
      verb={command}
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
