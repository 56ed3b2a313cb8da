// Questions of charge points that wait for somebody's answer, until their deadline.
import type { PendingView } from "../../siteShapes.ts";
import { addressOf } from "../addresses.ts";
import { useOrder } from "../orders.ts";
import { AllowedButton } from "../parts/allowedButton.tsx";
import { RefusalNote } from "../parts/refusalNote.tsx";
import { exactTime } from "../parts/relativeTime.tsx";
import { useReading } from "../reading.ts";
import { text } from "../texts.ts";

/** They wait for seconds. */
const AGAIN_MS = 1_000;

/** What says no to each action (OCPP 1.6 §7.2, §7.13, §7.41). */
const refusalOf: Readonly<Record<string, string>> = { DataTransfer: "Rejected", BootNotification: "Rejected" };

export function PendingQuestions() {
  const { value, refusal, again } = useReading<{ readonly questions: readonly PendingView[] }>(
    "/api/decisions/pending",
    {},
    AGAIN_MS,
  );
  const { progress, isBusy, send } = useOrder();
  const answer = progress.value?.answer;
  const decide = (requestId: string, status: string) =>
    void send({ kind: "answerDecision", chargePointId: "", requestId, status }).then(again);
  const questions = value?.questions ?? [];
  return (
    <section class="panel">
      <h2>{text("rules.pending", { count: questions.length })}</h2>
      <RefusalNote refusal={answer?.kind === "refusal" ? answer : refusal} />
      {questions.length === 0 ? (
        <p class="quiet">{text("rules.noPending")}</p>
      ) : (
        <div class="scrolled">
          <table class="listing">
            <caption class="unseen">{text("rules.pending", { count: questions.length })}</caption>
            <thead>
              <tr>
                <th scope="col">{text("rules.action")}</th>
                <th scope="col">{text("rules.chargePoint")}</th>
                <th scope="col">{text("rules.idTag")}</th>
                <th scope="col">{text("rules.request")}</th>
                <th scope="col">{text("rules.deadline")}</th>
                <th scope="col">{text("rules.answer")}</th>
              </tr>
            </thead>
            <tbody>
              {questions.map((question) => (
                <Question key={question.requestId} question={question} isBusy={isBusy.value} decide={decide} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

interface QuestionProps {
  readonly question: PendingView;
  readonly isBusy: boolean;
  readonly decide: (requestId: string, status: string) => void;
}

function Question({ question, isBusy, decide }: QuestionProps) {
  const { requestId, action, chargePointId, connectorId, idTag, payload, deadline } = question;
  return (
    <tr>
      <th scope="row">{action}</th>
      <td>
        <a href={addressOf(chargePointId)}>
          <bdi>{chargePointId}</bdi>
        </a>
        {connectorId > 0 && ` / ${connectorId}`}
      </td>
      <td>
        <bdi>{idTag}</bdi>
      </td>
      <td>
        <code>{payload}</code>
      </td>
      <td>{exactTime(deadline)}</td>
      <td class="actions">
        {["Accepted", refusalOf[action] ?? "Invalid"].map((status) => (
          <AllowedButton key={status} role="operator" isBusy={isBusy} onClick={() => decide(requestId, status)}>
            {status}
          </AllowedButton>
        ))}
      </td>
    </tr>
  );
}
