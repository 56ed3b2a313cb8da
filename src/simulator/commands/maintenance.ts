// Commands about files and certificates: diagnostics, logs, firmware (OCPP 1.6 §5.9, §5.19) and the security extension's certificates.
import { deleteRoot, hashDataOf, installRoot, readCertificate, takeSigned } from "../certificates.ts";
import { ownTime } from "../core.ts";
import type { ChargePointCore } from "../core.ts";
import { reportSecurityEvent } from "../registration.ts";
import { updateFirmware, updateSignedFirmware, uploadDiagnostics, uploadLog } from "../transfers.ts";
import type { Handler } from "./answer.ts";

export const getDiagnostics: Handler<"GetDiagnostics"> = (core) => ({
  conf: { fileName: fileName(core, "diagnostics") },
  effect: () => uploadDiagnostics(core),
});

export const updateFirmwareUnsigned: Handler<"UpdateFirmware"> = (core, { location, retrieveDate }) => ({
  conf: {},
  effect: () => updateFirmware(core, location, Date.parse(retrieveDate)),
});

/** Security extension N01: a new request takes the place of one that is under way. */
export const getLog: Handler<"GetLog"> = (core, { logType, requestId }) => ({
  conf: {
    status: core.transfers.log.status === "Uploading" ? "AcceptedCanceled" : "Accepted",
    filename: fileName(core, logType === "SecurityLog" ? "security" : "diagnostics"),
  },
  effect: () => uploadLog(core, requestId),
});

/** Security extension L01: the signing certificate is looked at before anything is fetched. */
export const signedUpdateFirmware: Handler<"SignedUpdateFirmware"> = (core, { requestId, firmware }) => {
  if (readCertificate(firmware.signingCertificate, ownTime(core)) === undefined)
    return { conf: { status: "InvalidCertificate" } };
  const retrieveAt = Date.parse(firmware.retrieveDateTime);
  const installAt = firmware.installDateTime === undefined ? retrieveAt : Date.parse(firmware.installDateTime);
  const isUnderWay = core.transfers.signedFirmware.status !== "Idle";
  return {
    conf: { status: isUnderWay ? "AcceptedCanceled" : "Accepted" },
    effect: () => updateSignedFirmware(core, { requestId, location: firmware.location, retrieveAt, installAt }),
  };
};

export const installCertificate: Handler<"InstallCertificate"> = (core, { certificateType, certificate }) => {
  const root = readCertificate(certificate, ownTime(core));
  // A root has issued itself; anything else cannot be named by GetInstalledCertificateIds and is none.
  if (root === undefined || hashDataOf(root, "SHA256") === undefined) return { conf: { status: "Rejected" } };
  return {
    conf: {
      status: installRoot(core.certificates, certificateType, root) === "kept" ? "Accepted" : "Failed",
    },
  };
};

export const deleteCertificate: Handler<"DeleteCertificate"> = (core, { certificateHashData }) => ({
  conf: { status: deleteRoot(core.certificates, certificateHashData) ? "Accepted" : "NotFound" },
});

export const getInstalledCertificateIds: Handler<"GetInstalledCertificateIds"> = (core, { certificateType }) => {
  const certificateHashData = core.certificates.roots
    .filter((each) => each.use === certificateType)
    .flatMap((each) => hashDataOf(each.certificate, "SHA256") ?? []);
  if (certificateHashData.length === 0) return { conf: { status: "NotFound" } };
  return { conf: { status: "Accepted", certificateHashData } };
};

/** Security extension A02: only the certificate of the key that was asked for is taken. */
export const certificateSigned: Handler<"CertificateSigned"> = (core, { certificateChain }) => {
  if (takeSigned(core.certificates, certificateChain, ownTime(core))) return { conf: { status: "Accepted" } };
  const effect = (): void => {
    if (core.plan.reportsSecurityEvents) reportSecurityEvent(core, "InvalidChargePointCertificate");
  };
  return { conf: { status: "Rejected" }, effect };
};

function fileName(core: ChargePointCore, kind: string): string {
  const day = new Date(ownTime(core)).toISOString().slice(0, 10);
  return `${kind}-${day}-${core.plan.id.replace(/[^\w-]/g, "_").slice(0, 48)}.log`;
}
