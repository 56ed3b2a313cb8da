// What a charge point has told of itself, in panels of facts: identification, files, local list, reservation and profiles.
import { datapointOf } from "../chargePoint.ts";
import { AllowedButton } from "../parts/allowedButton.tsx";
import { text } from "../texts.ts";
import { want } from "./asking.tsx";
import { methodOf } from "./methods.ts";
import { TransferSteps } from "./transferSteps.tsx";
import { Facts, hasValue, indented, parsed, type Fact } from "./value.tsx";

const identification: readonly Fact[] = [
  { label: "faceplate.vendor", path: "Manufacturer" },
  { label: "faceplate.model", path: "Model" },
  { label: "faceplate.serialNumber", path: "SerialNumber" },
  { label: "faceplate.firmware", path: "SoftwareRevision" },
  { label: "faceplate.meterType", path: "Identification/MeterType" },
  { label: "faceplate.meterSerialNumber", path: "Identification/MeterSerialNumber" },
  { label: "faceplate.iccid", path: "Identification/Iccid" },
  { label: "faceplate.imsi", path: "Identification/Imsi" },
];

export function IdentificationPanel() {
  return (
    <section class="panel" aria-labelledby="identification">
      <h2 id="identification">{text("faceplate.identification")}</h2>
      <Facts of={identification} isShort />
    </section>
  );
}

const transfers: readonly Fact[] = [
  { label: "faceplate.firmwareStatus", path: "State/FirmwareStatusNotification" },
  { label: "faceplate.signedFirmwareStatus", path: "State/SignedFirmwareStatusNotification" },
  { label: "faceplate.firmwareLocation", path: "Firmware/Location" },
  { label: "faceplate.diagnosticsStatus", path: "State/DiagnosticsStatusNotification" },
  { label: "faceplate.diagnosticsFile", path: "Diagnostics/FileName" },
  { label: "faceplate.logStatus", path: "State/LogStatusNotification" },
  { label: "faceplate.logFile", path: "Log/FileName" },
  { label: "faceplate.rebootRequired", path: "State/RebootRequired" },
];

const progress = transfers.filter(({ path }) => path.endsWith("StatusNotification"));

export function TransfersPanel({ id }: { readonly id: string }) {
  return (
    <section class="panel" aria-labelledby="transfers">
      <h2 id="transfers">{text("faceplate.transfers")}</h2>
      <Facts of={transfers} isShort />
      <TransferSteps id={id} of={progress} />
    </section>
  );
}

const localList: readonly Fact[] = [
  { label: "faceplate.listVersion", path: "LocalList/Version" },
  { label: "faceplate.listStatus", path: "LocalList/Status" },
];

export function LocalListPanel({ id }: { readonly id: string }) {
  const role = methodOf("chargePoint", "SendIdTags")?.role ?? "operator";
  return (
    <section class="panel" aria-labelledby="local-list">
      <h2 id="local-list">{text("faceplate.localList")}</h2>
      <Facts of={localList} />
      <div class="row-of-buttons">
        <AllowedButton role={role} onClick={() => want(callOf(id, "SendIdTags"))}>
          {text("faceplate.sendIdTags")}
        </AllowedButton>
        <AllowedButton role="operator" onClick={() => want(callOf(id, "GetLocalListVersion"))}>
          {text("faceplate.askVersion")}
        </AllowedButton>
      </div>
    </section>
  );
}

function callOf(chargePointId: string, method: string) {
  return { chargePointId, method, payload: {} };
}

const reservation: readonly Fact[] = [
  { label: "faceplate.reservation", path: "ReservationId" },
  { label: "faceplate.reservedFor", path: "Reservation/IdTag" },
  { label: "faceplate.reservedUntil", path: "Reservation/ExpiryDate", look: "time" },
  { label: "faceplate.availability", path: "Availability" },
];

/** Of the charge point itself, or of one connector. */
export function ReservationPanel({ connector = 0 }: { readonly connector?: number }) {
  return (
    <section class="panel" aria-labelledby="reservation">
      <h2 id="reservation">{text("faceplate.reservationsAndProfiles")}</h2>
      <Facts of={reservation} connector={connector} isShort />
      <Profiles connector={connector} />
    </section>
  );
}

function Profiles({ connector }: { readonly connector: number }) {
  const profiles = parsed(datapointOf(connector, "ChargingProfiles"));
  const schedule = datapointOf(connector, "CompositeSchedule/Schedule");
  return (
    <>
      <h3>{text("faceplate.profiles")}</h3>
      {(!Array.isArray(profiles) || profiles.length === 0) && <p class="quiet">{text("faceplate.noProfiles")}</p>}
      {(Array.isArray(profiles) ? (profiles as unknown[]) : []).map((profile, place) => (
        <details key={place}>
          <summary>
            <bdi>{titleOf(profile)}</bdi>
          </summary>
          <pre class="json">{JSON.stringify(profile, null, 1)}</pre>
        </details>
      ))}
      {hasValue(schedule) && (
        <details>
          <summary>{text("faceplate.compositeSchedule")}</summary>
          <pre class="json">{indented(String(schedule?.value))}</pre>
        </details>
      )}
    </>
  );
}

/** `TxDefaultProfile 7, level 0` (OCPP 1.6 §7.8). */
function titleOf(profile: unknown): string {
  const told = (profile ?? {}) as Readonly<Record<string, unknown>>;
  const named = (field: string) => JSON.stringify(told[field] ?? "?").replaceAll('"', "");
  return text("faceplate.profile", {
    purpose: named("chargingProfilePurpose"),
    id: named("chargingProfileId"),
    level: named("stackLevel"),
  });
}
