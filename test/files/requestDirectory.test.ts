// The folder by which an authority elsewhere signs: what is read of it, when, and what stays in it.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { openRequestDirectory, type Fate, type SignedElsewhere } from "../../src/files/requestDirectory.ts";
import { silentLog } from "../../src/std/log.ts";
import { HandClock } from "../ocpp/handClock.ts";

const INTERVAL_MS = 2000;
const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

function open(answered: (answer: SignedElsewhere) => Promise<Fate> = async () => "delivered") {
  const directory = mkdtempSync(join(tmpdir(), "ocpp-opcua-requests-"));
  const clock = new HandClock();
  const taken: SignedElsewhere[] = [];
  const requests = openRequestDirectory({
    directory,
    clock,
    log: silentLog,
    answered: (answer) => {
      taken.push(answer);
      return answered(answer);
    },
  });
  cleanUps.push(
    () => rmSync(directory, { recursive: true, force: true }),
    () => requests.stop(),
  );
  const files = (): string[] => readdirSync(directory).toSorted();
  const sign = (text: string, of = ".csr"): void => {
    for (const name of files().filter((each) => each.endsWith(of) && each.endsWith(".csr")))
      writeFileSync(join(directory, name.replace(/csr$/u, "pem")), text);
  };
  return { directory, clock, requests, taken, files, sign };
}

const until = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 10_000, interval: 10 });

/** Lets the folder be looked at so often, each time until that is done. */
async function look(clock: HandClock, times = 1): Promise<void> {
  for (let count = 0; count < times; count++) {
    clock.move(INTERVAL_MS);
    // A look is some asynchronous reads of a folder with few files.
    for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
  }
}

test("a certificate that is still being written is not read", async () => {
  const { clock, requests, taken, sign, files } = open();
  await requests.put("CP001", "request");
  sign("half");
  await look(clock);
  sign("the whole certificate");
  await look(clock);
  expect(taken).toEqual([]);
  await until(() => {
    clock.move(INTERVAL_MS);
    expect(taken).toEqual([{ chargePointId: "CP001", csr: "request", chain: "the whole certificate" }]);
  });
  await until(() => expect(files()).toEqual([]));
});

test.each<[Fate, RegExp[]]>([
  ["delivered", []],
  ["later", [/\.csr$/u, /\.pem$/u]],
  ["refused", [/\.csr$/u, /\.pem\.refused$/u]],
])("of a certificate that is %s the files are left that may still be of use", async (fate, left) => {
  const { directory, clock, requests, taken, sign, files } = open(async () => fate);
  await requests.put("CP001", "request");
  sign("certificate");
  await until(() => {
    clock.move(INTERVAL_MS);
    expect(taken).not.toEqual([]);
  });
  await until(() => {
    expect(files()).toHaveLength(left.length);
    for (const [index, name] of files().entries()) expect(name).toMatch(left[index] ?? /$^/u);
  });
  if (fate === "refused") expect(readFileSync(join(directory, files()[1] ?? ""), "utf8")).toBe("certificate");
});

test("a charge point that takes its time keeps no other one waiting, and is not sent its certificate twice", async () => {
  const slow = Promise.withResolvers<Fate>();
  const { clock, requests, taken, sign } = open(({ chargePointId }) =>
    chargePointId === "SLOW" ? slow.promise : Promise.resolve("delivered"),
  );
  await requests.put("SLOW", "request");
  sign("certificate");
  const ids = (): string[] => taken.map(({ chargePointId }) => chargePointId);
  await until(() => {
    clock.move(INTERVAL_MS);
    expect(ids()).toEqual(["SLOW"]);
  });
  await requests.put("CP001", "request");
  sign("certificate");
  await until(() => {
    clock.move(INTERVAL_MS);
    expect(ids()).toEqual(["SLOW", "CP001"]);
  });
  slow.resolve("delivered");
});

test("of requests that come at once the last one is left", async () => {
  const { directory, clock, requests, files } = open();
  const puts = Array.from({ length: 10 }, (_, index) => {
    clock.move(1);
    return requests.put("CP001", `request ${index}`);
  });
  await Promise.all(puts);
  expect(files().map((name) => readFileSync(join(directory, name), "utf8"))).toEqual(["request 9"]);
});
