// A client that is not trusted: one line that says who it is, where its certificate lies and what to do; and a folder that it cannot fill.
import { X509Certificate } from "node:crypto";
import { access, mkdir, readFile, readdir, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { OPCUACertificateManager } from "node-opcua";
import { afterAll, beforeAll, expect, test } from "vitest";
import { BoundedWarnings } from "../../src/std/boundedWarnings.ts";
import { ClientTrustList } from "../../src/opcua/clientTrustList.ts";
import { systemClock } from "../../src/std/clock.ts";
import { silentLog, type Log, type LogFields } from "../../src/std/log.ts";
import { temporaryFolder } from "./fixture.ts";

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let trustList: ClientTrustList;
let client: X509Certificate;
const warned: { fields: LogFields; message: string }[] = [];
const log: Log = { ...silentLog, warn: (fields, message) => warned.push({ fields, message }) };

beforeAll(async () => {
  folder = await temporaryFolder();
  const maker = new OPCUACertificateManager({ rootFolder: join(folder.path, "client") });
  await maker.initialize();
  const outputFile = join(folder.path, "client.pem");
  await maker.createSelfSignedCertificate({
    applicationUri: "urn:test:client",
    subject: "/CN=Panel 7/O=Acme",
    dns: ["panel7"],
    outputFile,
    startDate: new Date(),
    validity: 10,
  });
  await maker.dispose();
  client = new X509Certificate(await readFile(outputFile));
  const warnings = new BoundedWarnings(log, systemClock, { periodMs: 600_000, lines: 20 });
  trustList = new ClientTrustList(join(folder.path, "server"), warnings);
  await trustList.initialize();
}, 60_000);

afterAll(async () => {
  await trustList.dispose();
  await folder.clean();
});

test("is named once with its subject, its thumbprint, its file and what to do, however often it tries", async () => {
  for (let attempt = 0; attempt < 3; attempt++)
    expect((await trustList.checkCertificate(client.raw)).name).toBe("BadCertificateUntrusted");
  expect(warned.length).toBe(1);
  const [{ fields, message }] = warned as [(typeof warned)[number]];
  expect(fields["subject"]).toContain("CN=Panel 7");
  expect(fields["thumbprint"]).toBe(client.fingerprint.replaceAll(":", "").toLowerCase());
  const file = String(fields["file"]);
  expect(new X509Certificate(await readFile(file)).fingerprint).toBe(client.fingerprint);
  expect(message).toContain(join(folder.path, "server", "trusted", "certs"));
  await access(join(folder.path, "server", "trusted", "certs"));
});

test("finds room among the certificates of others, of which the oldest go", async () => {
  const { rejectedFolder } = trustList;
  await mkdir(rejectedFolder, { recursive: true });
  for (let index = 0; index < 120; index++) {
    const file = join(rejectedFolder, `other${index}.pem`);
    await writeFile(file, "no certificate");
    await utimes(file, index + 1, index + 1);
  }
  await trustList.checkCertificate(client.raw);
  const names = await readdir(rejectedFolder);
  expect(names.length).toBe(100);
  expect(names).toContain("other119.pem");
  expect(names).not.toContain("other0.pem");
  expect(names.some((name) => name.startsWith("Panel 7"))).toBe(true);
});
