// Sets one id tag: a new one, or what is said of one that is there.
import type { Refused } from "../refused.ts";
import { useState } from "preact/hooks";
import type { IdTagView } from "../../siteShapes.ts";
import { textsIn, type FormSubmit } from "../forms.ts";
import { useOrder } from "../orders.ts";
import { AllowedButton } from "../parts/allowedButton.tsx";
import { RefusalNote } from "../parts/refusalNote.tsx";
import { text } from "../texts.ts";

/** What can be said of an id tag (OCPP 1.6 §7.2). */
const statuses = ["Accepted", "Blocked", "Expired", "Invalid"] as const;

interface IdTagFormProps {
  readonly edited: IdTagView | undefined;
  readonly onDone: () => void;
  readonly onCancel: () => void;
}

export function IdTagForm({ edited, onDone, onCancel }: IdTagFormProps) {
  const [refusal, setRefusal] = useState<Refused | undefined>(undefined);
  const [done, setDone] = useState("");
  const { isBusy, send } = useOrder();
  const submit = async (event: FormSubmit) => {
    event.preventDefault();
    const form = event.currentTarget;
    const { idTag = "", status = "", expiryDate = "", parentIdTag = "" } = textsIn(form);
    const answer = await send({
      kind: "setIdTag",
      chargePointId: "",
      idTag: edited?.idTag ?? idTag,
      status,
      expiryDate: expiryDate === "" ? "" : new Date(expiryDate).toISOString(),
      parentIdTag,
    });
    setRefusal(answer.kind === "refusal" ? answer : undefined);
    setDone(answer.kind === "answer" ? text("idTags.saved", { idTag: edited?.idTag ?? idTag }) : "");
    if (answer.kind === "refusal") return;
    form.reset();
    onDone();
    if (edited !== undefined) onCancel();
  };
  return (
    <form class="panel arguments" aria-labelledby="id-tag-form" onSubmit={(event) => void submit(event)}>
      <h2 id="id-tag-form">
        {edited === undefined ? text("idTags.add") : text("idTags.editOf", { idTag: edited.idTag })}
      </h2>
      {edited === undefined && (
        <label class="field">
          {text("idTags.idTag")}
          <input name="idTag" required maxLength={20} autocomplete="off" />
        </label>
      )}
      <label class="field">
        {text("idTags.status")}
        <select name="status" defaultValue={edited?.status ?? "Accepted"}>
          {statuses.map((status) => (
            <option key={status} selected={status === (edited?.status ?? "Accepted")}>
              {status}
            </option>
          ))}
        </select>
      </label>
      <label class="field">
        {text("idTags.expiryDate")}
        <input name="expiryDate" type="datetime-local" step={1} defaultValue={localTime(edited?.expiryDate)} />
      </label>
      <label class="field">
        {text("idTags.parentIdTag")}
        <input name="parentIdTag" maxLength={20} autocomplete="off" defaultValue={edited?.parentIdTag ?? ""} />
      </label>
      <RefusalNote refusal={refusal} />
      <div class="actions">
        <AllowedButton role="operator" type="submit" isBusy={isBusy.value}>
          {text(edited === undefined ? "idTags.add" : "idTags.save")}
        </AllowedButton>
        {edited !== undefined && (
          <button type="button" onClick={onCancel}>
            {text("confirm.cancel")}
          </button>
        )}
      </div>
      <span role="status">{done}</span>
    </form>
  );
}

/** As an input of a date and time has it, in the time zone of this machine. */
function localTime(rfc3339 = ""): string {
  if (rfc3339 === "") return "";
  const at = new Date(rfc3339);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}
