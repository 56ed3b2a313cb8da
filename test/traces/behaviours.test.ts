// The index of the behaviours that real chargers demand: every one has a recorded conversation, or, where it is none, a test that bears
// its number.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

const BEHAVIOURS = 25;

/** What is about sockets, handshakes, silence and written datapoints, in the tests that show it. */
const inTests: Readonly<Record<number, string>> = {
  3: "ocpp/takeOver.test.ts",
  4: "ocpp/link.test.ts",
  10: "opcua/configuration.test.ts",
  20: "ocpp/listeners.test.ts",
  21: "ocpp/identity.test.ts",
  22: "ocpp/credentials.test.ts",
};

/** What else chargers do, by the words that its test or trace has. */
const also: Readonly<Record<string, string>> = {
  "is completed with ocpp1.6 and without compression": "ocpp/listeners.test.ts",
  "a payload of null is an empty one": "traces/also-null-payload.trace",
  "a message of an unknown type is ignored": "traces/also-unknown-message-type.trace",
  "before the registration is Accepted": "traces/also-before-accepted.trace",
  "before its registration is accepted, where the settings say so": "traces/also-answered-before-accepted.trace",
  "a list of them that it has told is uncertain": "traces/also-certificates.trace",
  "a storm of status is survived": "traces/also-status-storm.trace",
};

const traces = readdirSync(import.meta.dirname).filter((file) => file.endsWith(".trace"));
const read = (file: string): string => readFileSync(join(import.meta.dirname, "..", file), "utf8");
const tracesOf = (behaviour: number): string[] =>
  traces.filter((file) => file.startsWith(`${String(behaviour).padStart(2, "0")}-`));

test.each(Array.from({ length: BEHAVIOURS }, (_, index) => index + 1))("behaviour %i is shown", (behaviour) => {
  const shown = [...tracesOf(behaviour).map((file) => `traces/${file}`), ...[inTests[behaviour] ?? []].flat()];
  expect(shown).not.toEqual([]);
  for (const file of shown) expect(read(file)).toMatch(new RegExp(`behaviour ${behaviour}\\b`, "iu"));
});

test.each(Object.entries(also))("%s: is shown", (words, file) => expect(read(file)).toContain(words));

describe("a trace", () => {
  test.each(traces)("%s shows a behaviour, or what else chargers do", (file) => {
    const [number = ""] = file.split("-");
    if (number === "also") expect(Object.values(also)).toContain(`traces/${file}`);
    else expect(Number(number)).toSatisfy((known: number) => known >= 1 && known <= BEHAVIOURS);
  });
});
