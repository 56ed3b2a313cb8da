// Certificates of users for tests, made by the library: self-signed, each with the key that belongs to it.
import { X509Certificate } from "node:crypto";
import { mkdtemp, readFile } from "node:fs/promises";
import { join } from "node:path";
import { OPCUACertificateManager } from "node-opcua";

export interface UserCertificate {
  readonly pem: string;
  readonly der: Buffer;
  /** PEM */
  readonly privateKey: string;
}

interface Wanted {
  readonly startDate?: Date;
  readonly validityDays?: number;
  readonly keySize?: 1024 | 2048;
}

/** `folder` is where it is made. */
export async function makeUserCertificate(
  folder: string,
  commonName: string,
  { startDate = new Date(), validityDays = 30, keySize = 2048 }: Wanted = {},
): Promise<UserCertificate> {
  const rootFolder = await mkdtemp(join(folder, "user-"));
  const maker = new OPCUACertificateManager({ rootFolder, keySize: keySize as 2048 });
  await maker.initialize();
  const outputFile = join(rootFolder, "user.pem");
  await maker.createSelfSignedCertificate({
    applicationUri: "urn:user",
    dns: [],
    subject: { commonName },
    outputFile,
    startDate,
    validity: validityDays,
  });
  const pem = await readFile(outputFile, "utf8");
  const privateKey = await readFile(maker.privateKey, "utf8");
  await maker.dispose();
  return { pem, der: new X509Certificate(pem).raw, privateKey };
}
