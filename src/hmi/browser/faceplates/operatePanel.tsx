// What can be done to a connector. Each button gives one command to the bridge; what is destructive is asked about first.
import type { ComponentChildren } from "preact";
import type { ConnectorRow } from "../../shapes.ts";
import { datapointOf } from "../chargePoint.ts";
import { AllowedButton } from "../parts/allowedButton.tsx";
import { ArgumentForm } from "../parts/argumentForm.tsx";
import { text, type TextKey } from "../texts.ts";
import { want } from "./asking.tsx";
import { isUnderWay } from "./commandLog.ts";
import { methodOf } from "./methods.ts";

interface Place {
  readonly chargePointId: string;
  readonly connector: ConnectorRow;
}

export function OperatePanel({ chargePointId, connector }: Place) {
  const call = (method: string, payload: Readonly<Record<string, unknown>> = {}) =>
    want({ chargePointId, connectorId: connector.id, method, payload });
  const isIdle = connector.transaction === undefined;
  return (
    <section class="panel operate" aria-labelledby="operate">
      <h2 id="operate">{text("faceplate.operate")}</h2>
      <OneField
        label="chargePoints.tag"
        verb="faceplate.start"
        obstacle={
          isIdle ? waiting("RemoteStartTransaction", chargePointId, connector.id) : text("faceplate.runsAlready")
        }
        onSubmit={(idTag) => call("RemoteStartTransaction", { idTag })}
      />
      <OneField
        label="faceplate.limit"
        verb="faceplate.setLimit"
        isNumber
        obstacle={waiting("SetLimit", chargePointId, connector.id)}
        onSubmit={(amperes) => call("SetLimit", { amperes: Number(amperes) })}
      >
        <Do
          verb="faceplate.clearLimit"
          obstacle={waiting("ClearLimit", chargePointId, connector.id)}
          onClick={() => call("ClearLimit")}
        />
      </OneField>
      <Buttons chargePointId={chargePointId} connector={connector} call={call} />
      <Reserve
        obstacle={waiting("ReserveNow", chargePointId, connector.id)}
        onSubmit={(payload) => call("ReserveNow", payload)}
      />
    </section>
  );
}

/** Why it cannot be sent once more; undefined where it can. */
function waiting(name: string, chargePointId: string, connectorId?: number): string | undefined {
  return isUnderWay(name, chargePointId, connectorId) ? text("order.underWay") : undefined;
}

interface ButtonsProps extends Place {
  readonly call: (method: string, payload?: Readonly<Record<string, unknown>>) => void;
}

function Buttons({ chargePointId, connector, call }: ButtonsProps) {
  const { id, transaction, reserved } = connector;
  const changing = waiting("ChangeAvailability", chargePointId, id);
  return (
    <div class="row-of-buttons">
      <Do
        verb="faceplate.stop"
        obstacle={
          transaction === undefined ? text("faceplate.runsNot") : waiting("RemoteStopTransaction", chargePointId, id)
        }
        onClick={() => stop(chargePointId, connector)}
      />
      <Do
        verb="faceplate.unlock"
        obstacle={waiting("UnlockConnector", chargePointId, id)}
        onClick={() => call("UnlockConnector")}
      />
      <Do
        verb="faceplate.setOperative"
        obstacle={changing}
        onClick={() => call("ChangeAvailability", { type: "Operative" })}
      />
      <Do
        verb="faceplate.setInoperative"
        obstacle={changing}
        onClick={() => call("ChangeAvailability", { type: "Inoperative" })}
      />
      <Do
        verb="faceplate.cancelReservation"
        obstacle={reserved === undefined ? text("faceplate.reservedNot") : waiting("CancelReservation", chargePointId)}
        onClick={() => cancelReservation(chargePointId, id)}
      />
    </div>
  );
}

/** By its own id (OCPP 1.6 §5.12): not the one that may have begun until the question is answered. */
function stop(chargePointId: string, { id, transaction, tag }: ConnectorRow): void {
  const order = {
    kind: "call",
    chargePointId,
    connectorId: id,
    action: "RemoteStopTransaction",
    payload: { transactionId: transaction },
  } as const;
  const names = { transaction: String(transaction), tag: tag ?? "–", chargePoint: chargePointId, connector: id };
  want(order, text("faceplate.questionOfStop", names));
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

interface ReserveProps {
  readonly obstacle: string | undefined;
  readonly onSubmit: (payload: Readonly<Record<string, unknown>>) => void;
}

function Reserve({ obstacle, onSubmit }: ReserveProps) {
  const method = methodOf("connector", "ReserveNow");
  if (method === undefined) return null;
  return (
    <details>
      <summary>{text("faceplate.reserve")}</summary>
      <ArgumentForm method={method} obstacle={obstacle} onSubmit={onSubmit} />
    </details>
  );
}
