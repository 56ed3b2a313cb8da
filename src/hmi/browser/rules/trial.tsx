// A dry run: what the rules in use would answer, and why. Nothing comes of it.
import { useState } from "preact/hooks";
import type { Refusal } from "../../shapes.ts";
import type { TrialQuestion, TrialView, TriedRuleView } from "../../siteShapes.ts";
import { post } from "../api.ts";
import type { Refused } from "../refused.ts";
import { textsIn, type FormSubmit } from "../forms.ts";
import { AllowedButton } from "../parts/allowedButton.tsx";
import { BridgeSentence } from "../parts/bridgeSentence.tsx";
import { RefusalNote } from "../parts/refusalNote.tsx";
import { Shape } from "../parts/shape.tsx";
import { allRows } from "../rows.ts";
import { text } from "../texts.ts";
import { wordOf } from "../transactions/transactionWords.ts";

const actions = ["Authorize", "StartTransaction", "StopTransaction", "DataTransfer", "BootNotification"] as const;
const MOST_SUGGESTED = 200;

export function Trial() {
  const [tried, setTried] = useState<{ readonly action: string; readonly view: TrialView } | undefined>(undefined);
  const [refusal, setRefusal] = useState<Refused | undefined>(undefined);
  const submit = async (event: FormSubmit) => {
    event.preventDefault();
    const question = questionOf(textsIn(event.currentTarget));
    const answer = "error" in question ? undefined : await post<TrialView>("/api/rules/try", question);
    const isAnswered = answer?.kind === "answer";
    setTried(isAnswered && !("error" in question) ? { action: question.action, view: answer.value } : undefined);
    setRefusal("error" in question ? question : answer?.kind === "refusal" ? answer : undefined);
  };
  return (
    <section class="panel">
      <h2>{text("rules.trial")}</h2>
      <p class="quiet">{text("rules.trialHelp")}</p>
      <form class="fields" aria-label={text("rules.trial")} onSubmit={(event) => void submit(event)}>
        <label>
          {text("rules.action")}
          <select name="action">
            {actions.map((action) => (
              <option key={action}>{action}</option>
            ))}
          </select>
        </label>
        <label>
          {text("rules.chargePoint")}
          <input name="chargePointId" list="charge-points" required maxLength={255} autocomplete="off" />
        </label>
        <datalist id="charge-points">
          {allRows.value.slice(0, MOST_SUGGESTED).map(({ id }) => (
            <option key={id} value={id} />
          ))}
        </datalist>
        <label>
          {text("rules.connector")}
          <input name="connectorId" inputMode="numeric" pattern="\d*" size={4} autocomplete="off" />
        </label>
        <label>
          {text("rules.idTag")}
          <input name="idTag" maxLength={255} autocomplete="off" />
        </label>
        <label>
          {text("rules.payload")}
          <input name="payload" placeholder='{"vendorId":"…"}' autocomplete="off" spellcheck={false} />
        </label>
        <AllowedButton role="engineer" type="submit">
          {text("rules.try")}
        </AllowedButton>
      </form>
      <RefusalNote refusal={refusal} />
      <div role="status">{tried !== undefined && <Outcome {...tried} />}</div>
    </section>
  );
}

function questionOf(written: Readonly<Record<string, string>>): TrialQuestion | Refusal {
  const { action, chargePointId = "", connectorId = "", idTag = "", payload = "" } = written;
  let fields: unknown;
  try {
    fields = payload === "" ? undefined : JSON.parse(payload);
  } catch (error) {
    return { error: text("form.noJson", { reason: String(error) }) };
  }
  return {
    action: actions.find((each) => each === action) ?? "Authorize",
    chargePointId,
    ...(connectorId !== "" && { connectorId: Number(connectorId) }),
    ...(idTag !== "" && { idTag }),
    // The bridge says what is wrong with it.
    ...(fields !== undefined && { payload: fields as Readonly<Record<string, unknown>> }),
  };
}

function Outcome({ action, view }: { readonly action: string; readonly view: TrialView }) {
  const { answer, rule, source, asked, reason, explained } = view;
  const others = asked.filter((who) => who !== "idTags");
  const { status, ...more } = answer;
  return (
    <>
      <p class="outcome">
        <strong>
          {action}: {status}
        </strong>{" "}
        {Object.entries(more).map(([field, value]) => (
          <span key={field}>
            {field} <bdi>{value}</bdi>{" "}
          </span>
        ))}
        <span class="quiet">
          {rule === undefined ? text("rules.byNoRule") : text("rules.byRule", { rule })} (
          {wordOf(`decision.source.${source}`, source)})
        </span>
      </p>
      {others.length > 0 && <p>{text("rules.wouldAsk", { who: others.join(", ") })}</p>}
      {reason !== undefined && <RefusalNote refusal={{ error: reason, isOfBridge: true }} />}
      <ol class="explained">
        {explained.map((each) => (
          <Explained key={each.name} {...each} />
        ))}
      </ol>
    </>
  );
}

function Explained({ name, file, line, fits, fault, parts }: TriedRuleView) {
  return (
    <li>
      <Shape of={fault !== undefined ? "triangle" : fits ? "dot" : "ring"} />{" "}
      <bdi title={`${file}:${line}`}>{name}</bdi> {text(fits ? "rules.fits" : "rules.fitsNot")}
      {fault !== undefined && (
        <>
          : <BridgeSentence of={fault} />
        </>
      )}
      <ul>
        {parts.map((part) => (
          <li key={part.text}>
            <code>{part.text}</code> {part.value}
          </li>
        ))}
      </ul>
    </li>
  );
}
