// Whom the bridge trusts as OPC UA applications: files that somebody moves between the folders of the trust list, by command or by hand.
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { changeTrust } from "../../src/app/changeTrust.ts";
import { Trust } from "../../src/app/trust.ts";
import type { CommandOutcome, TrustCommand } from "../../src/twin/commands.ts";
import { applicationUri, Authority, type Issued } from "../ocpp/certificatesInTest.ts";

let authority: Authority;
let anna: Issued;
let bert: Issued;

beforeAll(async () => {
  authority = await Authority.create("CN=Site");
  anna = await Authority.selfSigned("CN=Anna's panel,O=Acme");
  bert = await authority.issue({ subject: "CN=Bert", extensions: [applicationUri("urn:bert")] });
});

let data: string;
let trust: Trust;
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), "ocpp-opcua-trust-"));
  trust = new Trust({ dataDirectory: data });
});
afterEach(() => rmSync(data, { recursive: true, force: true }));

const pathOf = (...parts: string[]): string => join(data, "pki", "application", ...parts);

function place(folder: string, name: string, content: string | Buffer): void {
  mkdirSync(pathOf(folder), { recursive: true });
  writeFileSync(pathOf(folder, name), content);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(pathOf(folder)).toSorted();
  } catch {
    return [];
  }
}

async function thumbprintOf({ certificate }: Issued): Promise<string> {
  return Buffer.from(await certificate.getThumbprint("SHA-1"))
    .toString("hex")
    .toUpperCase();
}

async function change(kind: TrustCommand["kind"], issued: Issued): Promise<CommandOutcome> {
  return changeTrust(trust, { kind, chargePointId: "", thumbprint: await thumbprintOf(issued) });
}

const done = { kind: "answered", response: {} };
const states = (): string[] => trust.list().map(({ state, certificate }) => `${state} ${certificate.subject}`);

describe("a certificate that was turned away", () => {
  it("is trusted once somebody says so, and rejected again, and the list follows at once", async () => {
    place("rejected", "panel.pem", anna.cert);
    const told: string[][] = [];
    trust.watch(() => told.push(states()));
    await trust.look();
    expect(await change("trustCertificate", anna)).toEqual(done);
    expect([namesIn("rejected"), namesIn("trusted/certs")]).toEqual([
      [],
      [`${(await thumbprintOf(anna)).toLowerCase()}-panel.pem`],
    ]);
    expect(await change("rejectCertificate", anna)).toEqual(done);
    expect(namesIn("trusted/certs")).toEqual([]);
    const subject = "CN=Anna's panel\nO=Acme";
    expect(told).toEqual([[`rejected ${subject}`], [`trusted ${subject}`], [`rejected ${subject}`]]);
    expect(JSON.parse(trust.shown())).toMatchObject([
      { State: "rejected", Subject: "CN=Anna's panel, O=Acme", Thumbprint: await thumbprintOf(anna) },
    ]);
  });

  it("is not left among the rejected ones, where it would still count as rejected", async () => {
    place("trusted/certs", "a.pem", anna.cert);
    place("rejected", "b.der", Buffer.from(anna.certificate.rawData));
    expect(await change("trustCertificate", anna)).toEqual(done);
    expect([namesIn("rejected"), namesIn("trusted/certs")]).toEqual([[], ["a.pem"]]);
  });

  it("takes no other one's place, whatever its file is called", async () => {
    place("trusted/certs", "client.pem", bert.cert);
    place("rejected", "client.pem", anna.cert);
    expect(await change("trustCertificate", anna)).toEqual(done);
    expect(states().length).toBe(2);
  });

  it("is told of by its thumbprint as tools show it", async () => {
    place("rejected", "panel.pem", anna.cert);
    const colons = (await thumbprintOf(anna)).replaceAll(/..(?=.)/gu, "$&:").toLowerCase();
    const outcome = await changeTrust(trust, { kind: "trustCertificate", chargePointId: "", thumbprint: colons });
    expect(outcome).toEqual(done);
  });
});

describe("a certificate that an authority has issued", () => {
  it("cannot be rejected while its issuer is trusted, which would let it in all the same", async () => {
    place("issuers/certs", "site.pem", authority.issued.cert);
    place("trusted/certs", "bert.pem", bert.cert);
    // The issuer alone is known, not trusted.
    expect(await change("rejectCertificate", bert)).toEqual(done);
    expect(await change("trustCertificate", bert)).toEqual(done);
    expect(await change("trustCertificate", authority.issued)).toEqual(done);
    expect(namesIn("issuers/certs")).toEqual(["site.pem"]);
    expect(await change("rejectCertificate", bert)).toMatchObject({
      kind: "conflict",
      text: expect.stringMatching(/its issuer is trusted.*issuers\/crl/u),
    });
    expect(await change("rejectCertificate", authority.issued)).toEqual(done);
    expect(await change("rejectCertificate", bert)).toEqual(done);
  });
});

describe("hostile input", () => {
  it.each(["", "AB", "G".repeat(40), "../../etc/passwd", "A".repeat(1_000_000)])(
    "is no thumbprint: %.20s",
    async (thumbprint) => {
      const outcome = await changeTrust(trust, { kind: "trustCertificate", chargePointId: "", thumbprint });
      expect(outcome).toMatchObject({ kind: "invalid", path: "thumbprint" });
    },
  );

  it("is a thumbprint that nobody has", async () => {
    expect(await change("trustCertificate", anna)).toMatchObject({ kind: "unknown" });
    expect(await change("rejectCertificate", anna)).toMatchObject({ kind: "unknown" });
  });

  it("is passed over among the files, and so is what is too large", async () => {
    place("rejected", "garbage.pem", "no certificate");
    place("rejected", "large.pem", anna.cert + " ".repeat(70_000));
    mkdirSync(pathOf("rejected", "folder.pem"));
    place("rejected", "good.pem", anna.cert);
    await trust.look();
    expect(states()).toEqual(["rejected CN=Anna's panel\nO=Acme"]);
  });

  it("is not done where the disk refuses, and says so", async () => {
    place("rejected", "panel.pem", anna.cert);
    // A file in the place of the folder: what moves a certificate there fails.
    writeFileSync(pathOf("trusted"), "");
    expect(await change("trustCertificate", anna)).toMatchObject({
      kind: "conflict",
      text: expect.stringContaining("the disk refuses"),
    });
    expect(namesIn("rejected")).toEqual(["panel.pem"]);
  });
});
