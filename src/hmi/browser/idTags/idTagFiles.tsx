// The list as a file: all of it out, and a file in, of which everything is taken or nothing.
import { useState } from "preact/hooks";
import type { ImportRefusal, ImportView } from "../../siteShapes.ts";
import { postFile, type Answer } from "../api.ts";
import { fileIn, textsIn, type FormSubmit } from "../forms.ts";
import { numberText } from "../numbers.ts";
import { AllowedButton } from "../parts/allowedButton.tsx";
import { ConfirmDialog } from "../parts/confirmDialog.tsx";
import { BridgeSentence } from "../parts/bridgeSentence.tsx";
import { RefusalNote } from "../parts/refusalNote.tsx";
import { text } from "../texts.ts";

interface Chosen {
  readonly file: File;
  readonly isWhole: boolean;
}

export function IdTagFiles({ onImported }: { readonly onImported: () => void }) {
  const [asked, setAsked] = useState<Chosen | undefined>(undefined);
  const [answer, setAnswer] = useState<Answer<ImportView> | undefined>(undefined);
  const [isBusy, setBusy] = useState(false);
  const run = async ({ file, isWhole }: Chosen) => {
    setAsked(undefined);
    setBusy(true);
    const parameters = { replace: String(isWhole) };
    const imported = await postFile<ImportView>("/api/id-tags.csv", file, "text/csv", parameters);
    setBusy(false);
    setAnswer(imported);
    if (imported.kind === "answer") onImported();
  };
  const submit = (event: FormSubmit) => {
    event.preventDefault();
    const file = fileIn(event.currentTarget, "file");
    if (file === undefined) return;
    const chosen = { file, isWhole: textsIn(event.currentTarget)["replace"] === "on" };
    if (chosen.isWhole) setAsked(chosen);
    else void run(chosen);
  };
  return (
    <section class="panel">
      <h2>{text("idTags.files")}</h2>
      <p>
        <a href="/api/id-tags.csv" download="id-tags.csv">
          {text("idTags.export")}
        </a>
      </p>
      <form class="arguments" aria-label={text("idTags.import")} onSubmit={submit}>
        <label class="field">
          {text("idTags.file")}
          <input name="file" type="file" accept=".csv,text/csv" required />
          <small>{text("idTags.fileHelp")}</small>
        </label>
        <label class="field">
          <input name="replace" type="checkbox" /> {text("idTags.replace")}
        </label>
        <AllowedButton role="operator" type="submit" isBusy={isBusy}>
          {text("idTags.import")}
        </AllowedButton>
      </form>
      <div role="status">
        {isBusy && text("idTags.importing")}
        {answer?.kind === "answer" && text("idTags.imported", { count: numberText(answer.value.imported) })}
      </div>
      {answer?.kind === "refusal" && <ImportFaults refusal={answer} />}
      {asked !== undefined && (
        <ConfirmDialog
          question={text("idTags.replaceQuestion", { file: asked.file.name })}
          verb={text("idTags.import")}
          onConfirm={() => void run(asked)}
          onCancel={() => setAsked(undefined)}
        />
      )}
    </section>
  );
}

function ImportFaults({ refusal }: { readonly refusal: Extract<Answer<ImportView>, { kind: "refusal" }> }) {
  const { faults = [] } = (refusal.body ?? {}) as Partial<ImportRefusal>;
  return (
    <>
      <RefusalNote refusal={refusal} />
      {faults.length > 1 && (
        <ul>
          {faults.map(({ line, text: said }) => (
            <li key={`${line} ${said}`}>
              {text("idTags.line", { line })} <BridgeSentence of={said} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
