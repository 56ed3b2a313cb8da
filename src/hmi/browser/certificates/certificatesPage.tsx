// Whom the bridge trusts as OPC UA applications: who was turned away comes in with one click.
import type { Refused } from "../refused.ts";
import "../styles/siteLists.css";
import { useState } from "preact/hooks";
import type { CertificateView } from "../../siteShapes.ts";
import { useOrder } from "../orders.ts";
import { AllowedButton } from "../parts/allowedButton.tsx";
import { ConfirmDialog } from "../parts/confirmDialog.tsx";
import { CopyButton } from "../parts/copyButton.tsx";
import { Needs } from "../parts/needs.tsx";
import { RefusalNote } from "../parts/refusalNote.tsx";
import { exactTime, roughlyNow } from "../parts/relativeTime.tsx";
import { Badge } from "../parts/stateBadge.tsx";
import { useReading } from "../reading.ts";
import { text } from "../texts.ts";
import { ClientsPanel } from "./clientsPanel.tsx";

/** Somebody is turned away, looks here, and comes again. */
const AGAIN_MS = 3_000;
/** A certificate is renewed in the weeks before. */
const SOON_MS = 30 * 86_400_000;

/** First what somebody has to do. */
const states = ["rejected", "trusted", "issuer", "own"] as const;

export function CertificatesPage() {
  return (
    <div class="sections">
      <h1>{text("page.certificates")}</h1>
      <Needs role="administrator">
        <Certificates />
        <ClientsPanel />
      </Needs>
    </div>
  );
}

function Certificates() {
  const { value, refusal, again } = useReading<{ readonly certificates: readonly CertificateView[] }>(
    "/api/certificates",
    {},
    AGAIN_MS,
  );
  const [refused, setRefused] = useState<Refused | undefined>(undefined);
  const [rejecting, setRejecting] = useState<CertificateView | undefined>(undefined);
  const { isBusy, send } = useOrder();
  const change = async (kind: "trustCertificate" | "rejectCertificate", { thumbprint }: CertificateView) => {
    setRejecting(undefined);
    const answer = await send({ kind, chargePointId: "", thumbprint });
    setRefused(answer.kind === "refusal" ? answer : undefined);
    again();
  };
  if (value === undefined)
    return refusal === undefined ? <p>{text("shell.waiting")}</p> : <RefusalNote refusal={refusal} />;
  return (
    <>
      <RefusalNote refusal={refused ?? refusal} />
      {states.map((state) => (
        <Group
          key={state}
          state={state}
          isBusy={isBusy.value}
          certificates={value.certificates.filter((each) => each.state === state)}
          onTrust={(certificate) => void change("trustCertificate", certificate)}
          onReject={setRejecting}
        />
      ))}
      {rejecting !== undefined && (
        <ConfirmDialog
          question={text("certificates.rejectQuestion", { name: rejecting.subject })}
          verb={text("certificates.reject")}
          onConfirm={() => void change("rejectCertificate", rejecting)}
          onCancel={() => setRejecting(undefined)}
        >
          <p>{text("certificates.rejectEffect")}</p>
        </ConfirmDialog>
      )}
    </>
  );
}

interface GroupProps {
  readonly state: CertificateView["state"];
  readonly isBusy: boolean;
  readonly certificates: readonly CertificateView[];
  readonly onTrust: (certificate: CertificateView) => void;
  readonly onReject: (certificate: CertificateView) => void;
}

function Group({ state, isBusy, certificates, onTrust, onReject }: GroupProps) {
  const title = text(`certificates.${state}`);
  return (
    <section class="panel">
      <h2>
        {title} ({certificates.length})
      </h2>
      <p class="quiet">{text(`certificates.${state}Help`)}</p>
      {certificates.length > 0 && (
        <div class="scrolled">
          <table class="listing">
            <caption class="unseen">{title}</caption>
            <thead>
              <tr>
                <th scope="col">{text("certificates.name")}</th>
                <th scope="col">{text("certificates.issuedBy")}</th>
                <th scope="col">{text("certificates.validTo")}</th>
                <th scope="col">{text("certificates.thumbprint")}</th>
                {state !== "own" && state !== "issuer" && <th scope="col">{text("table.actions")}</th>}
              </tr>
            </thead>
            <tbody>
              {certificates.map((certificate) => (
                <Row key={certificate.thumbprint} {...{ certificate, isBusy, onTrust, onReject }} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

type RowProps = Pick<GroupProps, "isBusy" | "onTrust" | "onReject"> & { readonly certificate: CertificateView };

function Row({ certificate, isBusy, onTrust, onReject }: RowProps) {
  const { state, subject, issuer, applicationUri, thumbprint } = certificate;
  return (
    <tr>
      <th scope="row">
        <bdi>{subject}</bdi>
        <div class="quiet">
          <bdi>{applicationUri}</bdi>
        </div>
      </th>
      <td>{issuer === subject ? <span class="quiet">{text("certificates.itself")}</span> : <bdi>{issuer}</bdi>}</td>
      <td>
        <Expiry {...certificate} />
      </td>
      <td>
        <code class="thumbprint" title={thumbprint}>
          {thumbprint.slice(0, 8)}…
        </code>{" "}
        <CopyButton value={thumbprint} label={text("certificates.copy")} />
      </td>
      {state === "rejected" && (
        <td>
          <AllowedButton role="administrator" isBusy={isBusy} onClick={() => onTrust(certificate)}>
            {text("certificates.trust")}
            <span class="unseen"> {subject}</span>
          </AllowedButton>
        </td>
      )}
      {state === "trusted" && (
        <td>
          <AllowedButton role="administrator" isBusy={isBusy} onClick={() => onReject(certificate)}>
            {text("certificates.reject")}
            <span class="unseen"> {subject}</span>
          </AllowedButton>
        </td>
      )}
    </tr>
  );
}

function Expiry({ validFrom, validTo }: CertificateView) {
  const now = roughlyNow.value;
  const flaw = validTo < now ? "expired" : validFrom > now ? "notYet" : validTo < now + SOON_MS ? "soon" : undefined;
  return (
    <>
      {exactTime(validTo)}{" "}
      {flaw !== undefined && (
        <Badge shape="triangle" tone="warning">
          {text(`certificates.${flaw}`)}
        </Badge>
      )}
    </>
  );
}
