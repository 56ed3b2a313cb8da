// Asks who is there. It keeps no password longer than the request takes.
import type { Refused } from "./refused.ts";
import { useState } from "preact/hooks";
import { RefusalNote } from "./parts/refusalNote.tsx";
import { logIn } from "./session.ts";
import { text } from "./texts.ts";

export function LoginForm() {
  const [refusal, setRefusal] = useState<Refused | undefined>(undefined);
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: SubmitEvent & { readonly currentTarget: HTMLFormElement }) => {
    event.preventDefault();
    const { name, password } = Object.fromEntries(new FormData(event.currentTarget)) as Record<string, string>;
    setBusy(true);
    setRefusal(await logIn(name ?? "", password ?? ""));
    setBusy(false);
  };
  return (
    <form class="panel login" onSubmit={(event) => void submit(event)}>
      <h1>{text("login.title")}</h1>
      <label>
        {text("login.name")}
        <input name="name" autocomplete="username" required maxLength={255} />
      </label>
      <label>
        {text("login.password")}
        <input name="password" type="password" autocomplete="current-password" required maxLength={1024} />
      </label>
      <RefusalNote refusal={refusal} />
      <button type="submit" disabled={isBusy}>
        {text("login.submit")}
      </button>
    </form>
  );
}
