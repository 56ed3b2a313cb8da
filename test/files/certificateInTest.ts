// A certificate that signs itself, with its private key, made anew in a folder.
import { join } from "node:path";
import { OPCUACertificateManager } from "node-opcua";

export async function makeCertificate(folder: string): Promise<{ certificate: string; key: string }> {
  const maker = new OPCUACertificateManager({ rootFolder: join(folder, "pki") });
  await maker.initialize();
  const certificate = join(folder, "server.pem");
  await maker.createSelfSignedCertificate({
    applicationUri: "urn:test:files",
    subject: "/CN=localhost",
    dns: ["localhost"],
    outputFile: certificate,
    startDate: new Date(),
    validity: 10,
  });
  await maker.dispose();
  return { certificate, key: join(folder, "pki", "own", "private", "private_key.pem") };
}
