// SignCertificate ("Improved security for OCPP 1.6-J" §5): what becomes of a certificate that the charge point does not take.
import { X509Certificate } from "node:crypto";
import { afterEach, beforeAll, expect, test, vi } from "vitest";
import { Signing } from "../../src/app/signing.ts";
import { openCertificateAuthority, type CertificateAuthority } from "../../src/ocpp/certificateAuthority.ts";
import { systemClock } from "../../src/std/clock.ts";
import { silentLog } from "../../src/std/log.ts";
import type { Commander, CommandOutcome } from "../../src/twin/commands.ts";
import { Authority, makeRequest, removeFolders, writeFiles } from "../ocpp/certificatesInTest.ts";
import { openRoadOut } from "./roadOutInTest.ts";

let root: Authority;
beforeAll(async () => {
  root = await Authority.create();
});
const opened: CertificateAuthority[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((each) => each.stop()));
  removeFolders();
});

const accepted: CommandOutcome = { kind: "answered", response: { status: "Accepted" } };
const rejected: CommandOutcome = { kind: "answered", response: { status: "Rejected" } };

async function openAuthority({ issued: { cert, key } }: Authority): Promise<CertificateAuthority> {
  const files = writeFiles({ certificate: cert, key });
  const authority = await openCertificateAuthority({ files, validityDays: 30, clock: systemClock, log: silentLog });
  opened.push(authority);
  return authority;
}

async function open(outcome: CommandOutcome, signedBy = root) {
  const { road, lines } = openRoadOut();
  const authority = await openAuthority(signedBy);
  const signing = new Signing({ ...road, clock: systemClock, authority, command: async () => outcome });
  return { signing, messages: () => lines.map(({ message }) => message) };
}

test.each<[string, CommandOutcome, string]>([
  ["takes it", accepted, "it has taken its new certificate"],
  ["refuses it", rejected, "the certificate that it has asked for is given up; it has to ask again"],
  ["has gone", { kind: "offline" }, "it has not taken its new certificate"],
  ["does not answer", { kind: "timedOut" }, "it has not taken its new certificate"],
])("the log says what became of a certificate when the charge point %s", async (_, outcome, sentence) => {
  const { signing, messages } = await open(outcome);
  const { csr } = await makeRequest("CN=CP001");
  expect(await signing.judge({ identity: "CP001", isProven: true }, csr)).toMatchObject({ status: "Accepted" });
  await vi.waitFor(() => expect(messages().at(-1)).toContain(sentence), { timeout: 10_000 });
});

test.each<[string, CommandOutcome, string]>([
  ["taken", accepted, "delivered"],
  ["refused", rejected, "refused"],
  ["answered with an error", { kind: "callError", code: "NotImplemented", description: "" }, "refused"],
  ["not sent", { kind: "queueFull" }, "later"],
  ["not answered", { kind: "timedOut" }, "later"],
])("one that was signed elsewhere and is %s has this fate", async (_, outcome, fate) => {
  const { signing } = await open(outcome);
  const { csr } = await makeRequest("CN=CP001");
  const answer = { chargePointId: "CP001", csr, chain: await root.certify(csr) };
  expect(await signing.takeSigned(answer)).toBe(fate);
  expect(await signing.takeSigned({ ...answer, chargePointId: "GONE" })).toBe("later");
});

test("the O is that of the listeners that look at certificates, not one that stands beside another profile", async () => {
  const { road } = openRoadOut();
  const { certificate, key } = writeFiles({ certificate: root.issued.cert, key: root.issued.key });
  const tls = { certificate, key, additionalCertificates: [], crl: [] };
  const listener = (securityProfile: 2 | 3, organization: string) => ({
    host: "127.0.0.1",
    port: 0,
    securityProfile,
    tls: { ...tls, organization },
  });
  const listeners = [listener(2, "Second"), listener(3, "Third")];
  const settings = { ...road.settings, ocpp: { ...road.settings.ocpp, listeners } };
  const sent: unknown[] = [];
  const command: Commander = async (wanted) => {
    sent.push(wanted);
    return accepted;
  };
  const authority = await openAuthority(root);
  const signing = new Signing({ ...road, settings, clock: systemClock, authority, command });
  const ask = async (subject: string) =>
    signing.judge({ identity: "CP001", isProven: true }, (await makeRequest(subject)).csr);
  expect(await ask("CN=CP001, O=Second")).toMatchObject({ status: "Rejected" });
  expect(await ask("CN=CP001, O=Second, O=Third")).toMatchObject({ status: "Accepted" });
  await vi.waitFor(() => expect(sent).toHaveLength(1), { timeout: 10_000 });
  const { payload } = sent[0] as { payload: { certificateChain: string } };
  expect({ ...new X509Certificate(payload.certificateChain).toLegacyObject().subject }).toEqual({
    O: "Third",
    CN: "CP001",
  });
});

test("an authority whose certificate has expired signs nothing, and says why", async () => {
  const { signing } = await open(accepted, await Authority.create("CN=Expired", { until: -0.5 }));
  const { csr } = await makeRequest("CN=CP001");
  expect(await signing.judge({ identity: "CP001", isProven: true }, csr)).toMatchObject({
    status: "Rejected",
    reason: expect.stringContaining("has expired"),
  });
});
