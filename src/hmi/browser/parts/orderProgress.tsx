// What became of something that was sent: request, answer, effect, one line each. In the words of whoever said it.
import type { ReadonlySignal } from "@preact/signals";
import { watched } from "../chargePoint.ts";
import { effectOf, type Order, type Progress } from "../orders.ts";
import { isTextKey, text } from "../texts.ts";
import { BridgeSentence } from "./bridgeSentence.tsx";
import { RefusalNote } from "./refusalNote.tsx";
import { Shape } from "./shape.tsx";

export function OrderProgress({ progress }: { readonly progress: ReadonlySignal<Progress | undefined> }) {
  const sent = progress.value;
  if (sent === undefined) return <div class="progress" role="status" />;
  const { answer } = sent;
  return (
    <div class="progress" role="status">
      <dl>
        <dt>{text("order.request")}</dt>
        <dd>
          <bdi>{nameOf(sent.order)}</bdi>
        </dd>
        <dt>{text("order.answer")}</dt>
        <dd>
          {answer === undefined && text("order.waiting")}
          {answer?.kind === "answer" && <Response response={answer.value.response} />}
          {answer?.kind === "refusal" && <RefusalNote refusal={answer} />}
        </dd>
        {answer?.kind === "answer" && sent.order.chargePointId === watched.value && (
          <>
            <dt>{text("order.effect")}</dt>
            <dd>
              <Effect progress={sent} />
            </dd>
          </>
        )}
      </dl>
    </div>
  );
}

function nameOf(order: Order): string {
  if ("method" in order) return order.method;
  return order.kind === "call" ? order.action : order.kind;
}

function Response({ response }: { readonly response: Readonly<Record<string, unknown>> }) {
  const fields = Object.entries(response);
  if (fields.length === 0) return <>{text("order.done")}</>;
  return (
    <>
      {fields.map(([name, value]) => (
        <div key={name}>
          <bdi>{name}</bdi>: <bdi>{typeof value === "string" ? value : JSON.stringify(value)}</bdi>
        </div>
      ))}
    </>
  );
}

function Effect({ progress }: { readonly progress: Progress }) {
  const told = effectOf(progress);
  if (told === undefined) return <>{text("order.awaited")}</>;
  const effect = String(told.fields["Effect"] ?? "");
  const key = `order.effect.${effect}`;
  return (
    <>
      {effect === "NotObserved" && <Shape of="triangle" />} {isTextKey(key) ? text(key) : effect}{" "}
      <BridgeSentence of={String(told.fields["EffectText"] ?? "")} />
    </>
  );
}
