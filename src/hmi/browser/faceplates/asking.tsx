// One door for all that a faceplate does: what is destructive is asked about first, by charge point and connector.
import { signal } from "@preact/signals";
import type { Order } from "../orders.ts";
import { ConfirmDialog } from "../parts/confirmDialog.tsx";
import { text } from "../texts.ts";
import { give } from "./commandLog.ts";
import { connectorOfOrder, consequenceOf, nameOfOrder } from "./destructive.ts";

const asked = signal<Order | undefined>(undefined);

/** Sends it, or asks first. What comes of it stands in the log of commands. */
export function want(order: Order): void {
  if (consequenceOf(order) === undefined) void give(order);
  else asked.value = order;
}

/** Once on each page. */
export function AskedDialog() {
  const order = asked.value;
  const consequence = order === undefined ? undefined : consequenceOf(order);
  if (order === undefined || consequence === undefined) return null;
  const cancel = () => {
    asked.value = undefined;
  };
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
