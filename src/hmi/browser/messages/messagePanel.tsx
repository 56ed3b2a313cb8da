// One request with its answer as they went over the wire, laid out, and what is wrong with them.
import type { KeptExchange } from "../../../twin/keptPages.ts";
import { quantityText } from "../numbers.ts";
import { Shape } from "../parts/shape.tsx";
import { setQuery } from "../router.ts";
import { text } from "../texts.ts";
import { Outcome } from "./messageColumns.tsx";
import { preciseTime } from "./preciseTime.ts";
import { prettyJson } from "./prettyJson.ts";

export function MessagePanel({ exchange }: { readonly exchange: KeptExchange }) {
  const { action, chargePointId, at, from, latencyMs, request, answer, violations } = exchange;
  const latency = quantityText(latencyMs, "ms");
  return (
    <section class="panel detail" aria-labelledby="message-detail">
      <header>
        <h2 id="message-detail">
          <bdi>{action === "" ? text("messages.unreadable") : action}</bdi> – <bdi>{chargePointId}</bdi>
        </h2>
        <button type="button" onClick={() => setQuery({ number: "" })}>
          {text("kept.close")}
        </button>
      </header>
      <p>
        {preciseTime(at)}, {text(`messages.from.${from}`)}, {latency.number} {latency.unit}
      </p>
      <Outcome exchange={exchange} />
      {violations.map((violation) => (
        <p key={violation} class="sentence">
          <Shape of="triangle" /> <bdi>{violation}</bdi>
        </p>
      ))}
      <div class="columns">
        <Frame title={text("messages.request")} raw={request} />
        <Frame title={text("messages.answer")} raw={answer} />
      </div>
    </section>
  );
}

/** Longer ones scroll. */
const MOST_LINES = 24;

function Frame({ title, raw }: { readonly title: string; readonly raw: string | undefined }) {
  const laidOut = prettyJson(raw ?? "");
  return (
    <figure class="frame">
      <figcaption>{title}</figcaption>
      {raw === undefined ? (
        <p class="quiet">{text("messages.noAnswer")}</p>
      ) : (
        <textarea
          readOnly
          rows={Math.min(laidOut.split("\n").length, MOST_LINES)}
          wrap="soft"
          spellcheck={false}
          aria-label={title}
          value={laidOut}
        />
      )}
    </figure>
  );
}
