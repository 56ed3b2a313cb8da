// By what the bridge decides: the rules in use, their files with what is wrong in them, a dry run, and what was decided.
import "../styles/siteLists.css";
import type { RulesView } from "../../siteShapes.ts";
import { useOrder } from "../orders.ts";
import { AllowedButton } from "../parts/allowedButton.tsx";
import { Needs } from "../parts/needs.tsx";
import { RefusalNote } from "../parts/refusalNote.tsx";
import { RelativeTime } from "../parts/relativeTime.tsx";
import { useReading } from "../reading.ts";
import { session, whyNot } from "../session.ts";
import { text } from "../texts.ts";
import { Decisions } from "./decisions.tsx";
import { PendingQuestions } from "./pendingQuestions.tsx";
import { RulesFile, FaultNote } from "./rulesFile.tsx";
import { Trial } from "./trial.tsx";

/** The files are read again by themselves when they change. */
const AGAIN_MS = 5_000;

export function RulesPage() {
  return (
    <div class="sections">
      <h1>{text("page.rules")}</h1>
      <Needs role="engineer">
        <Rules key={session.value?.user ?? ""} />
        <Trial />
      </Needs>
      <Needs role="operator">
        <PendingQuestions />
        <Decisions />
      </Needs>
    </div>
  );
}

function Rules() {
  const path = whyNot("engineer") === undefined ? "/api/rules" : undefined;
  const { value, refusal, again } = useReading<RulesView>(path, {}, AGAIN_MS);
  const { progress, isBusy, send } = useOrder();
  const answer = progress.value?.answer;
  const reload = () => void send({ kind: "reloadRules", chargePointId: "" }).then(again);
  if (value === undefined)
    return refusal === undefined ? <p>{text("shell.waiting")}</p> : <RefusalNote refusal={refusal} />;
  const { rules, ruleCount, loadedAt, files, faults, error } = value;
  const shown = new Set(files.filter((each) => each.text !== undefined).map((each) => each.file));
  return (
    <section class="panel">
      <div class="heading">
        <h2>{text("rules.inUse", { count: ruleCount })}</h2>
        <span class="quiet">
          {text("rules.loaded")} <RelativeTime at={loadedAt} />
        </span>
        <AllowedButton role="engineer" isBusy={isBusy.value} onClick={reload}>
          {text("rules.reload")}
        </AllowedButton>
        <span role="status">{answer?.kind === "answer" && text("rules.reloaded")}</span>
      </div>
      <RefusalNote refusal={answer?.kind === "refusal" ? answer : undefined} />
      <RefusalNote refusal={error === "" ? refusal : { error: text("rules.refused", { error }) }} />
      {rules.length > 0 && <RulesTable rules={rules} />}
      {faults
        .filter(({ file }) => !shown.has(file))
        .map((fault) => (
          <FaultNote key={`${fault.file}:${fault.line}:${fault.col}`} fault={fault} />
        ))}
      {files.length === 0 && <p class="quiet">{text("rules.noFiles")}</p>}
      {files.map((file) => (
        <RulesFile key={file.file} file={file} faults={faults.filter((fault) => fault.file === file.file)} />
      ))}
    </section>
  );
}

function RulesTable({ rules }: Pick<RulesView, "rules">) {
  return (
    <div class="scrolled">
      <table class="listing">
        <caption class="unseen">{text("rules.rules")}</caption>
        <thead>
          <tr>
            <th scope="col">{text("rules.rule")}</th>
            <th scope="col">{text("rules.actions")}</th>
            <th scope="col">{text("rules.when")}</th>
            <th scope="col">{text("rules.answer")}</th>
          </tr>
        </thead>
        <tbody>
          {rules.map(({ name, file, line, actions, when, asks }) => (
            <tr key={name}>
              <th scope="row">
                <bdi title={`${file}:${line}`}>{name}</bdi>
              </th>
              <td>{actions.join(", ")}</td>
              <td>{when === undefined ? <span class="quiet">{text("rules.always")}</span> : <code>{when}</code>}</td>
              <td>{asks === undefined ? text("rules.itself") : text("rules.asks", { who: asks })}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
