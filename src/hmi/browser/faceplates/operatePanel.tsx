// What can be done to a connector. Each button gives one command to the bridge; what is destructive is asked about first.
import type { ComponentChildren } from "preact";
import type { ConnectorRow } from "../../shapes.ts";
import { datapointOf } from "../chargePoint.ts";
import { AllowedButton } from "../parts/allowedButton.tsx";
import { ArgumentForm } from "../parts/argumentForm.tsx";
import { text, type TextKey } from "../texts.ts";
import { want } from "./asking.tsx";
import { methodOf } from "./methods.ts";

interface Place {
  readonly chargePointId: string;
  readonly connector: ConnectorRow;
}

export function OperatePanel({ chargePointId, connector }: Place) {
  const call = (method: string, payload: Readonly<Record<string, unknown>> = {}) =>
    want({ chargePointId, connectorId: connector.id, method, payload });
  const isIdle = connector.transaction === undefined;
  const isReserved = connector.reserved !== undefined;
  return (
    <section class="panel operate" aria-labelledby="operate">
      <h2 id="operate">{text("faceplate.operate")}</h2>
      <OneField
        label="chargePoints.tag"
        verb="faceplate.start"
        obstacle={isIdle ? undefined : text("faceplate.runsAlready")}
        onSubmit={(idTag) => call("RemoteStartTransaction", { idTag })}
      />
      <OneField
        label="faceplate.limit"
        verb="faceplate.setLimit"
        isNumber
        onSubmit={(a) => call("SetLimit", amperes(a))}
      >
        <Do verb="faceplate.clearLimit" onClick={() => call("ClearLimit")} />
      </OneField>
      <div class="row-of-buttons">
        <Do
          verb="faceplate.stop"
          obstacle={isIdle ? text("faceplate.runsNot") : undefined}
          onClick={() => call("RemoteStopTransaction")}
        />
        <Do verb="faceplate.unlock" onClick={() => call("UnlockConnector")} />
        <Do verb="faceplate.setOperative" onClick={() => call("ChangeAvailability", { type: "Operative" })} />
        <Do verb="faceplate.setInoperative" onClick={() => call("ChangeAvailability", { type: "Inoperative" })} />
        <Do
          verb="faceplate.cancelReservation"
          obstacle={isReserved ? undefined : text("faceplate.reservedNot")}
          onClick={() => cancelReservation(chargePointId, connector.id)}
        />
      </div>
      <Reserve onSubmit={(payload) => call("ReserveNow", payload)} />
    </section>
  );
}

function amperes(written: string) {
  return { amperes: Number(written.replace(",", ".")) };
}

/** It is called by the number of the reservation, whatever the connector (OCPP 1.6 §5.1). */
function cancelReservation(chargePointId: string, connector: number): void {
  const reservationId = datapointOf(connector, "ReservationId")?.value;
  want({ chargePointId, method: "CancelReservation", payload: { reservationId } });
}

interface DoProps {
  readonly verb: TextKey;
  readonly obstacle?: string | undefined;
  readonly onClick: () => void;
}

function Do({ verb, obstacle, onClick }: DoProps) {
  return (
    <AllowedButton role="operator" obstacle={obstacle} onClick={onClick}>
      {text(verb)}
    </AllowedButton>
  );
}

interface OneFieldProps {
  readonly label: TextKey;
  readonly verb: TextKey;
  readonly obstacle?: string | undefined;
  readonly isNumber?: boolean;
  readonly onSubmit: (written: string) => void;
  readonly children?: ComponentChildren;
}

function OneField({ label, verb, obstacle, isNumber = false, onSubmit, children }: OneFieldProps) {
  const submit = (event: SubmitEvent & { readonly currentTarget: HTMLFormElement }) => {
    event.preventDefault();
    const written = new FormData(event.currentTarget).get("field");
    if (typeof written === "string") onSubmit(written);
  };
  return (
    <form class="one-field" onSubmit={submit}>
      <label>
        {text(label)}
        {isNumber ? (
          <input name="field" required type="number" min={0} step={0.1} autocomplete="off" />
        ) : (
          // OCPP 1.6 §7.28: IdToken, CiString20Type
          <input name="field" required maxLength={20} autocomplete="off" />
        )}
      </label>
      <AllowedButton type="submit" role="operator" obstacle={obstacle}>
        {text(verb)}
      </AllowedButton>
      {children}
    </form>
  );
}

function Reserve({ onSubmit }: { readonly onSubmit: (payload: Readonly<Record<string, unknown>>) => void }) {
  const method = methodOf("connector", "ReserveNow");
  if (method === undefined) return null;
  return (
    <details>
      <summary>{text("faceplate.reserve")}</summary>
      <ArgumentForm method={method} onSubmit={onSubmit} />
    </details>
  );
}
