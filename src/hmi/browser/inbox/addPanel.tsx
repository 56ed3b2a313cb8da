// Adds a charge point to the register before it connects, as the method Add of OPC UA does.
import { useSignal } from "@preact/signals";
import { useOrder } from "../orders.ts";
import { AllowedButton } from "../parts/allowedButton.tsx";
import { OrderProgress } from "../parts/orderProgress.tsx";
import { rights } from "../rights.ts";
import { text } from "../texts.ts";
import { PasswordField } from "./passwordField.tsx";

const registrations = ["Accepted", "Pending", "Rejected"] as const;

export function AddPanel() {
  const { progress, isBusy, send } = useOrder();
  const password = useSignal("");
  const add = async (form: HTMLFormElement) => {
    const fields = Object.fromEntries(new FormData(form)) as Record<string, string>;
    const registration = registrations.find((each) => each === fields["registration"]) ?? "Accepted";
    const answer = await send({
      kind: "add",
      chargePointId: fields["id"] ?? "",
      registration,
      connectors: Number(fields["connectors"] ?? 0),
      ...(password.value !== "" && { password: password.value }),
    });
    if (answer.kind === "refusal") return;
    form.reset();
    password.value = "";
  };
  return (
    <details class="panel add">
      <summary>{text("inbox.add")}</summary>
      <form
        class="add-form"
        onSubmit={(event) => {
          event.preventDefault();
          void add(event.currentTarget);
        }}
      >
        <label>
          {text("inbox.id")}
          <input name="id" required maxLength={255} autocomplete="off" />
        </label>
        <label>
          {text("chargePoints.registration")}
          <select name="registration">
            {registrations.map((each) => (
              <option key={each} value={each}>
                {text(`registration.${each}`)}
              </option>
            ))}
          </select>
        </label>
        <label>
          {text("inbox.connectors")}
          <input name="connectors" type="number" min={0} max={1000} value="0" />
        </label>
        <PasswordField password={password} label={text("login.password")} hint={text("inbox.addPasswordMeans")} />
        <AllowedButton role={rights.changeRegister} type="submit" isBusy={isBusy.value}>
          {text("inbox.add")}
        </AllowedButton>
      </form>
      <OrderProgress progress={progress} />
    </details>
  );
}
