// A form from the description of a method's arguments. What it makes is judged by the bridge; it only sees to it that what is
// written can be read at all.
import { useId, useState } from "preact/hooks";
import type { ArgumentView, MethodView, Refusal } from "../../shapes.ts";
import { readArguments } from "../argumentValues.ts";
import { text } from "../texts.ts";
import { AllowedButton } from "./allowedButton.tsx";
import { BridgeSentence } from "./bridgeSentence.tsx";
import { RefusalNote } from "./refusalNote.tsx";

interface ArgumentFormProps {
  readonly method: MethodView;
  /** What the button says; the name of the method when left out. */
  readonly verb?: string;
  /** What the fields hold at first, as text, by the names of their fields. */
  readonly initial?: Readonly<Record<string, string>>;
  readonly isBusy?: boolean;
  readonly obstacle?: string | undefined;
  readonly onSubmit: (payload: Readonly<Record<string, unknown>>) => void;
}

export function ArgumentForm({ method, verb, initial = {}, isBusy = false, obstacle, onSubmit }: ArgumentFormProps) {
  const [refusal, setRefusal] = useState<Refusal | undefined>(undefined);
  const submit = (event: SubmitEvent & { readonly currentTarget: HTMLFormElement }) => {
    event.preventDefault();
    const written = Object.fromEntries(new FormData(event.currentTarget)) as Record<string, string>;
    const read = readArguments(method.arguments, written);
    setRefusal("payload" in read ? undefined : read);
    if ("payload" in read) onSubmit(read.payload);
  };
  return (
    <form class="arguments" onSubmit={submit} aria-label={method.name}>
      {method.arguments.map((argument) => (
        <ArgumentField
          key={argument.field}
          argument={argument}
          initial={initial[argument.field] ?? ""}
          error={refusal?.at === argument.name ? refusal.error : undefined}
        />
      ))}
      <AllowedButton type="submit" role={method.role} isBusy={isBusy} obstacle={obstacle}>
        {verb ?? method.name}
      </AllowedButton>
    </form>
  );
}

interface FieldProps {
  readonly argument: ArgumentView;
  readonly initial: string;
  /** Why what is written there cannot be read. */
  readonly error: string | undefined;
}

function ArgumentField({ argument, initial, error }: FieldProps) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>
        {argument.name}
        {argument.isRequired && <span aria-hidden="true"> *</span>}
      </label>
      <ArgumentInput id={id} argument={argument} initial={initial} error={error} />
      <div id={`${id}-description`}>
        <RefusalNote refusal={error === undefined ? undefined : { error }} />
        <small>
          <BridgeSentence of={argument.description} />
        </small>
      </div>
    </div>
  );
}

function ArgumentInput({ id, argument, initial, error }: FieldProps & { readonly id: string }) {
  const { field, type, members, isList, isJson, isRequired } = argument;
  const shared = {
    id,
    name: field,
    required: isRequired,
    "aria-describedby": `${id}-description`,
    "aria-invalid": error !== undefined,
  };
  if (isJson) return <textarea {...shared} rows={4} defaultValue={initial} spellcheck={false} />;
  if (isList) return <textarea {...shared} rows={2} defaultValue={initial} placeholder={text("form.oneEachLine")} />;
  const choices = members ?? (type === "Boolean" ? ["true", "false"] : undefined);
  if (choices !== undefined)
    return (
      <select {...shared}>
        {(!isRequired || initial === "") && <option value="">–</option>}
        {choices.map((choice) => (
          <option key={choice} value={choice} selected={choice === initial}>
            {choice}
          </option>
        ))}
      </select>
    );
  if (type === "DateTime") return <input {...shared} type="datetime-local" step={1} defaultValue={initial} />;
  if (/password/i.test(field))
    return <input {...shared} type="password" defaultValue={initial} autocomplete="new-password" />;
  if (type === "String") return <input {...shared} defaultValue={initial} autocomplete="off" />;
  return <input {...shared} inputMode="decimal" defaultValue={initial} autocomplete="off" />;
}
