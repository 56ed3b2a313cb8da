// Where the certificates of the OPC UA side lie (the layout of node-opcua-pki), for whoever reads them without the library.
import { join } from "node:path";

/** Names the bridge's own certificate. */
export const PRODUCT = "ocpp-opcua";

/** The folder of the own certificate and of the trust list of applications. */
export function applicationFolder(dataDirectory: string): string {
  return join(dataDirectory, "pki", "application");
}

/** The certificate that the bridge has made for itself. */
export function ownCertificateFile(root: string): string {
  return join(root, "own", "certs", `${PRODUCT}.pem`);
}
