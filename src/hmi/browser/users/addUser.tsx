// Adds a user, who logs in by password, by certificate or by both.
import type { Refused } from "../refused.ts";
import { useState } from "preact/hooks";
import { fileIn, textsIn, type FormSubmit } from "../forms.ts";
import { useOrder } from "../orders.ts";
import { AllowedButton } from "../parts/allowedButton.tsx";
import { RefusalNote } from "../parts/refusalNote.tsx";
import { text } from "../texts.ts";
import { certificateIn } from "./certificateFile.ts";
import { RoleSelect } from "./roleSelect.tsx";

export function AddUser({ onDone }: { readonly onDone: () => void }) {
  const [refusal, setRefusal] = useState<Refused | undefined>(undefined);
  const [done, setDone] = useState("");
  const { isBusy, send } = useOrder();
  const submit = async (event: FormSubmit) => {
    event.preventDefault();
    const form = event.currentTarget;
    const { name = "", role = "", password = "" } = textsIn(form);
    const certificate = await certificateIn(fileIn(form, "certificate"));
    const answer = await send({
      kind: "addAccount",
      chargePointId: "",
      name,
      role,
      ...(password !== "" && { password }),
      ...(certificate !== undefined && { certificate }),
    });
    setRefusal(answer.kind === "refusal" ? answer : undefined);
    setDone(answer.kind === "answer" ? text("users.added", { name }) : "");
    if (answer.kind === "refusal") return;
    form.reset();
    onDone();
  };
  return (
    <form class="panel arguments" aria-labelledby="add-user" onSubmit={(event) => void submit(event)}>
      <h2 id="add-user">{text("users.add")}</h2>
      <label class="field">
        {text("users.name")}
        <input name="name" required maxLength={64} autocomplete="off" />
      </label>
      <RoleSelect role="observer" />
      <label class="field">
        {text("users.password")}
        <input name="password" type="password" maxLength={256} autocomplete="new-password" />
        <small>{text("users.passwordHelp")}</small>
      </label>
      <label class="field">
        {text("users.certificate")}
        <input name="certificate" type="file" accept=".pem,.der,.crt,.cer" />
        <small>{text("users.certificateHelp")}</small>
      </label>
      <RefusalNote refusal={refusal} />
      <AllowedButton role="administrator" type="submit" isBusy={isBusy.value}>
        {text("users.add")}
      </AllowedButton>
      <span role="status">{done}</span>
    </form>
  );
}
