// How the bridge answers the next BootNotification of the charge point, and whoever may changes it (OCPP 1.6 §4.2).
import type { ChargePointRow } from "../../shapes.ts";
import { AllowedButton } from "../parts/allowedButton.tsx";
import { Badge } from "../parts/stateBadge.tsx";
import { text } from "../texts.ts";
import { want } from "./asking.tsx";

const statuses = ["Accepted", "Pending", "Rejected"] as const;

export function RegistrationPanel({ id, row }: { readonly id: string; readonly row: ChargePointRow | undefined }) {
  const now = row?.registration;
  return (
    <section class="panel" aria-labelledby="registration">
      <h2 id="registration">{text("chargePoints.registration")}</h2>
      <p>
        {now === "Accepted" && text("registration.Accepted")}
        {now !== undefined && now !== "Accepted" && (
          <Badge shape={now === "Pending" ? "triangle" : "barred"} tone="warning">
            {text(`registration.${now}`)}
          </Badge>
        )}
      </p>
      <div class="row-of-buttons">
        {statuses.map((status) => (
          <AllowedButton
            key={status}
            role="engineer"
            obstacle={status === now ? text("faceplate.isSoAlready") : undefined}
            onClick={() => want({ kind: "setRegistration", chargePointId: id, status })}
          >
            {text(`faceplate.register.${status}`)}
          </AllowedButton>
        ))}
      </div>
    </section>
  );
}
