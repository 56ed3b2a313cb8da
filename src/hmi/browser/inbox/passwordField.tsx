// A password that a charge point is to have, hidden while it is written; the browser keeps none for it.
import type { Signal } from "@preact/signals";
import { useId } from "preact/hooks";

const LONGEST_PASSWORD = 512;

interface PasswordFieldProps {
  readonly password: Signal<string>;
  readonly label: string;
  readonly hint: string;
}

export function PasswordField({ password, label, hint }: PasswordFieldProps) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        type="password"
        autocomplete="new-password"
        maxLength={LONGEST_PASSWORD}
        aria-describedby={`${id}-hint`}
        value={password.value}
        onInput={({ currentTarget }) => {
          password.value = currentTarget.value;
        }}
      />
      <small id={`${id}-hint`} class="quiet">
        {hint}
      </small>
    </div>
  );
}
