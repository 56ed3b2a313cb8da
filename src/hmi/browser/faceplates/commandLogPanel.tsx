// What has been commanded and what came of it: request, the charge point's own answer, the effect that was seen, and how long each took.
import type { OccurrenceEvent } from "../../shapes.ts";
import { numberText } from "../numbers.ts";
import { exactTime } from "../parts/relativeTime.tsx";
import { Shape } from "../parts/shape.tsx";
import { BridgeSentence } from "../parts/bridgeSentence.tsx";
import { RefusalSentence } from "../parts/refusalNote.tsx";
import type { Refused } from "../refused.ts";
import { isTextKey, text } from "../texts.ts";
import { commandLog, textOf, timeOf, type LoggedCommand } from "./commandLog.ts";
import { indented } from "./value.tsx";

/** Of the charge point, or of one connector with what was said to the charge point as a whole. */
export function CommandLogPanel(props: { readonly chargePointId: string; readonly connectorId?: number }) {
  const { chargePointId, connectorId } = props;
  const shown = commandLog.value.filter(
    (entry) =>
      entry.chargePointId === chargePointId &&
      (connectorId === undefined || entry.connectorId === undefined || entry.connectorId === connectorId),
  );
  return (
    <section class="panel command-log" aria-labelledby="command-log">
      <h2 id="command-log">{text("faceplate.log")}</h2>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reached by keyboard (WCAG 2.1.1) */}
      <div role="log" aria-live="polite" aria-labelledby="command-log" tabIndex={0}>
        <ol>
          {shown.map((entry) => (
            <Entry key={entry.number} entry={entry} />
          ))}
        </ol>
        {shown.length === 0 && <p class="quiet">{text("faceplate.log.none")}</p>}
      </div>
    </section>
  );
}

function Entry({ entry }: { readonly entry: LoggedCommand }) {
  const { name, connectorId, wantedAt, finished, reference, request } = entry;
  return (
    <li>
      <h3>
        <bdi>{name}</bdi>
        {connectorId !== undefined && connectorId > 0 && <> · {text("faceplate.connector", { id: connectorId })}</>}
        <small>
          {" "}
          {exactTime(wantedAt)}
          {finished !== undefined && reference === undefined && (
            <>
              {" "}
              · <bdi>{textOf(finished.fields["RequestedBy"])}</bdi> ({textOf(finished.fields["RequestedVia"])})
            </>
          )}
        </small>
      </h3>
      <dl>
        <dt>{text("order.request")}</dt>
        <dd>
          <Code of={request === "" ? "{}" : request} />
        </dd>
        <dt>{text("order.answer")}</dt>
        <dd>
          <Said entry={entry} />
        </dd>
        <dt>{text("order.effect")}</dt>
        <dd>
          <Effect entry={entry} />
        </dd>
      </dl>
    </li>
  );
}

const LONGEST_OPEN = 160;

/** A long one, such as all configuration keys, would push the others out of sight. */
function Code({ of }: { readonly of: string }) {
  if (of.length <= LONGEST_OPEN) return <code>{of}</code>;
  return (
    <details>
      <summary>
        <code>{of.slice(0, LONGEST_OPEN / 2)}…</code>
      </summary>
      <pre class="json">{indented(of)}</pre>
    </details>
  );
}

/** The answer in the words of whoever gave it: the charge point, or the bridge where nothing was sent. */
function Said({ entry }: { readonly entry: LoggedCommand }) {
  const { answer, finished } = entry;
  if (answer === undefined && finished === undefined) return <>{text("order.waiting")}</>;
  const why = answer?.kind === "refusal" ? answer : toldOfEnd(finished);
  const response = responseOf(entry);
  const status = statusOf(response);
  const isGood = why.error === "" && (status === undefined || good.has(status));
  return (
    <>
      {!isGood && <Shape of="triangle" />} {status !== undefined && <strong>{status}</strong>}{" "}
      {response !== undefined && Object.keys(response).some((name) => name !== "status") && (
        <Code of={JSON.stringify(response)} />
      )}
      {response === undefined && why.error === "" && text("order.done")}
      {(response === undefined || status === undefined) && why.error !== "" && <RefusalSentence refusal={why} />}{" "}
      <Latency entry={entry} />
    </>
  );
}

/** Of a CALLERROR (opcua/statusCodes.ts) code and description are the charge point's own. */
function toldOfEnd(finished: OccurrenceEvent | undefined): Refused {
  const error = textOf(finished?.fields["ResultText"]);
  return finished?.fields["Result"] === "BadUnexpectedError" ? { error } : { error, isOfBridge: true };
}

/** What a charge point says when it does what was wanted (OCPP 1.6 §7). */
const good: ReadonlySet<string> = new Set(["Accepted", "Scheduled", "Unlocked"]);

/** Until the end only its status: what the bridge tells then has no secrets. */
function responseOf({ answer, finished }: LoggedCommand): Readonly<Record<string, unknown>> | undefined {
  if (finished === undefined && answer?.kind === "answer") {
    const { status } = answer.value.response;
    return status === undefined ? undefined : { status };
  }
  const told = textOf(finished?.fields["Response"]);
  // Without one call there is only what the bridge itself has answered, such as what each of several keys was.
  if (told === "")
    return answer?.kind === "answer" && hasFields(answer.value.response) ? answer.value.response : undefined;
  try {
    return JSON.parse(told) as Record<string, unknown>;
  } catch {
    return { response: told };
  }
}

function hasFields(response: object): boolean {
  return Object.keys(response).length > 0;
}

function statusOf(response: Readonly<Record<string, unknown>> | undefined): string | undefined {
  const status = response?.["status"];
  return typeof status === "string" ? status : undefined;
}

function Latency({ entry: { finished, answeredAfterMs } }: { readonly entry: LoggedCommand }) {
  const [sentAt, answeredAt] = [timeOf(finished?.fields["SentAt"]), timeOf(finished?.fields["AnsweredAt"])];
  const ms = sentAt === undefined || answeredAt === undefined ? answeredAfterMs : answeredAt - sentAt;
  if (ms === undefined || (finished !== undefined && sentAt === undefined)) return null;
  return <small>{after(ms)}</small>;
}

function after(ms: number): string {
  return text("faceplate.after", { seconds: numberText(Math.max(0, ms) / 1000, 2) });
}

function Effect({ entry: { answer, finished, isUnfollowed } }: { readonly entry: LoggedCommand }) {
  if (finished === undefined && isUnfollowed === true) return <>{text("faceplate.unfollowed")}</>;
  if (finished === undefined) return <>{answer?.kind === "refusal" ? "–" : text("order.awaited")}</>;
  const { fields } = finished;
  if (fields["Result"] !== "Good" && timeOf(fields["SentAt"]) === undefined) return <>{text("faceplate.notSent")}</>;
  const effect = textOf(fields["Effect"]);
  const key = `order.effect.${effect}`;
  return (
    <>
      {(effect === "NotObserved" || effect === "Unknown") && <Shape of="triangle" />}{" "}
      {isTextKey(key) ? text(key) : effect} <BridgeSentence of={textOf(fields["EffectText"])} />{" "}
      <EffectLatency finished={finished} />
    </>
  );
}

function EffectLatency({ finished: { fields } }: { readonly finished: OccurrenceEvent }) {
  const [sentAt, effectAt] = [timeOf(fields["SentAt"]), timeOf(fields["EffectAt"])];
  if (sentAt === undefined || effectAt === undefined) return null;
  return <small>{after(effectAt - sentAt)}</small>;
}
