// One charge point that waits for acceptance: all that it has said of itself, and accept, reject, remove.
import { useSignal } from "@preact/signals";
import type { ChargePointRow } from "../../shapes.ts";
import { datapoints } from "../chargePoint.ts";
import { useOrder } from "../orders.ts";
import { AllowedButton } from "../parts/allowedButton.tsx";
import { ConfirmDialog } from "../parts/confirmDialog.tsx";
import { OrderProgress } from "../parts/orderProgress.tsx";
import { rights } from "../rights.ts";
import { setQuery } from "../router.ts";
import { text } from "../texts.ts";
import { PasswordField } from "./passwordField.tsx";

const IDENTIFICATION = "0/Identification/";

export function StrangerPanel({ row }: { readonly row: ChargePointRow }) {
  return (
    <section class="panel detail" aria-labelledby="stranger-detail">
      <header>
        <h2 id="stranger-detail">
          <bdi>{row.id}</bdi>
        </h2>
        <button type="button" onClick={() => setQuery({ id: "" })}>
          {text("kept.close")}
        </button>
      </header>
      <div class="columns">
        <Identification row={row} />
        <Judgement row={row} />
      </div>
    </section>
  );
}

/** As OPC UA shows it below Identification. */
function Identification({ row }: { readonly row: ChargePointRow }) {
  const said = [...datapoints.value].filter(
    ([key, { value }]) => key.startsWith(IDENTIFICATION) && value !== undefined && value !== null,
  );
  return (
    <table class="facts">
      <tbody>
        {said.map(([key, { value }]) => (
          <tr key={key}>
            <th scope="row">{key.slice(IDENTIFICATION.length)}</th>
            <td class="sentence">
              <bdi>{String(value)}</bdi>
            </td>
          </tr>
        ))}
        <tr>
          <th scope="row">{text("inbox.address")}</th>
          <td class="sentence">
            <bdi>{row.address ?? "–"}</bdi>
          </td>
        </tr>
        <tr>
          <th scope="row">{text("inbox.profile")}</th>
          <td>
            {row.profile === undefined ? "–" : text(`inbox.profile.${row.profile === 1 ? 1 : row.profile > 1 ? 2 : 0}`)}
          </td>
        </tr>
      </tbody>
    </table>
  );
}

function Judgement({ row: { id: chargePointId, registration, connection } }: { readonly row: ChargePointRow }) {
  const { progress, isBusy, send } = useOrder();
  const password = useSignal("");
  const isAsking = useSignal<"reject" | "remove" | undefined>(undefined);
  const accept = async () => {
    if (password.value !== "") {
      const entry = { registration: "Accepted", password: password.value } as const;
      const added = await send({ kind: "add", chargePointId, ...entry });
      if (added.kind === "refusal") return;
      password.value = "";
    }
    await send({ kind: "setRegistration", chargePointId, status: "Accepted" });
  };
  const isConnected = connection === "Connected";
  return (
    <div>
      <form
        class="judgement"
        onSubmit={(event) => {
          event.preventDefault();
          void accept();
        }}
      >
        <PasswordField password={password} label={text("inbox.password")} hint={text("inbox.passwordMeans")} />
        <div class="act-buttons">
          <AllowedButton role={rights.changeRegister} type="submit" isBusy={isBusy.value}>
            {text(password.value === "" ? "inbox.accept" : "inbox.acceptWithPassword")}
          </AllowedButton>
          <AllowedButton
            role={rights.changeRegister}
            isBusy={isBusy.value}
            obstacle={registration === "Rejected" ? text("inbox.isRejected") : undefined}
            onClick={() => (isAsking.value = "reject")}
          >
            {text("inbox.reject")}
          </AllowedButton>
          <AllowedButton
            role={rights.changeRegister}
            isBusy={isBusy.value}
            obstacle={isConnected ? text("inbox.isConnected") : undefined}
            onClick={() => (isAsking.value = "remove")}
          >
            {text("inbox.remove")}
          </AllowedButton>
        </div>
      </form>
      <OrderProgress progress={progress} />
      {isAsking.value !== undefined && (
        <ConfirmDialog
          question={text(`inbox.${isAsking.value}Question`, { id: chargePointId })}
          verb={text(`inbox.${isAsking.value}`)}
          onConfirm={() => {
            const wanted = isAsking.value;
            isAsking.value = undefined;
            void send(
              wanted === "remove"
                ? { kind: "remove", chargePointId }
                : { kind: "setRegistration", chargePointId, status: "Rejected" },
            );
          }}
          onCancel={() => (isAsking.value = undefined)}
        >
          <p>{text(`inbox.${isAsking.value}Means`)}</p>
        </ConfirmDialog>
      )}
    </div>
  );
}
