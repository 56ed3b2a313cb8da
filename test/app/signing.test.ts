// SignCertificate ("Improved security for OCPP 1.6-J" §5): what becomes of a certificate that the charge point does not take.
import { afterEach, beforeAll, expect, test, vi } from "vitest";
import { Signing } from "../../src/app/signing.ts";
import { openCertificateAuthority } from "../../src/ocpp/certificateAuthority.ts";
import { systemClock } from "../../src/std/clock.ts";
import type { CommandOutcome } from "../../src/twin/commands.ts";
import { Authority, makeRequest, removeFolders, writeFiles } from "../ocpp/certificatesInTest.ts";
import { openRoadOut } from "./roadOutInTest.ts";

let root: Authority;
beforeAll(async () => {
  root = await Authority.create();
});
afterEach(removeFolders);

const accepted: CommandOutcome = { kind: "answered", response: { status: "Accepted" } };
const rejected: CommandOutcome = { kind: "answered", response: { status: "Rejected" } };

async function open(outcome: CommandOutcome) {
  const { road, lines } = openRoadOut();
  const files = writeFiles({ certificate: root.issued.cert, key: root.issued.key });
  const authority = await openCertificateAuthority({ files, validityDays: 30, clock: systemClock });
  const signing = new Signing({ ...road, clock: systemClock, authority, command: async () => outcome });
  return { signing, messages: () => lines.map(({ message }) => message) };
}

test.each<[string, CommandOutcome, string]>([
  ["takes it", accepted, "it has taken its new certificate"],
  ["refuses it", rejected, "the certificate that it has asked for is lost; it has to ask again"],
  ["has gone", { kind: "offline" }, "the certificate that it has asked for is lost; it has to ask again"],
  ["does not answer", { kind: "timedOut" }, "the certificate that it has asked for is lost; it has to ask again"],
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
