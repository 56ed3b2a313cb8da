// Second opinion on every schema: the strict validators of ocpp-rpc, an independent implementation.
import fc from "fast-check";
import { createValidator } from "ocpp-rpc";
import theirSchemas from "ocpp-rpc/lib/schemas/ocpp1_6.json" with { type: "json" };
import { describe, expect, it } from "vitest";
import { validatorOf } from "../../src/schema/ajv.ts";
import type { Action } from "../../src/schema/ocpp16.generated.ts";
import { actions, fieldsOf, type Kind } from "../../src/schema/ocpp16.ts";
import { handMadeFrames } from "./handMadeFrames.ts";
import { knownDifferences, type Message, placesOf } from "./knownDifferences.ts";
import { mutate, mutationsOf, type Payload, payloadsOf, type Site, sitesOf } from "./payloads.ts";

const theirValidator = createValidator("ocpp1.6", theirSchemas);
const messages: readonly Message[] = actions.flatMap((action) =>
  (["request", "response"] as const).map((kind) => ({
    action,
    kind,
    name: `${action}.${kind === "request" ? "req" : "conf"}`,
  })),
);

function weAccept(action: Action, kind: Kind, payload: unknown): boolean {
  return validatorOf(action, kind)(payload) === undefined;
}

function theyAccept(name: string, payload: unknown): boolean {
  try {
    return theirValidator.validate(`urn:${name}`, payload) === true;
  } catch (error) {
    if (error instanceof Error && "details" in error) return false; // their refusal
    throw error;
  }
}

/** Differences as `mutation, accepted by whom` with the places, exactly as the known ones are listed. */
type Differences = Map<string, Set<string>>;

function note(differences: Differences, mutation: string, weDo: boolean, place: string): void {
  const key = `${mutation}, accepted by ${weDo ? "us" : "ocpp-rpc"}`;
  differences.set(key, (differences.get(key) ?? new Set()).add(place));
}

const expected: Differences = new Map(
  knownDifferences.map((known) => [
    `${known.mutation}, accepted by ${known.acceptedBy}`,
    new Set(placesOf(known, messages)),
  ]),
);

function valueAt(payload: Payload, site: Site): unknown {
  return site.path.reduce<unknown>((value, step) => (value as Payload)[step], payload);
}

function has(payload: Payload, site: Site): boolean {
  let value: unknown = payload;
  for (const step of site.path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, step)) return false;
    value = (value as Payload)[step];
  }
  return true;
}

/** Tries every change at every place of a payload; gives the number of changes. */
function compare(message: Message, payload: Payload, differences: Differences): number {
  const { action, kind, name } = message;
  let compared = 0;
  for (const site of sitesOf(fieldsOf(action, kind))) {
    if (!has(payload, site)) continue;
    for (const mutation of mutationsOf(site, valueAt(payload, site))) {
      const changed = mutate(payload, site.path, mutation);
      const weDo = weAccept(action, kind, changed);
      if (weDo !== theyAccept(name, changed)) note(differences, mutation.name, weDo, `${name} ${site.place}`.trim());
      compared += 1;
    }
  }
  return compared;
}

describe("the schemas and those of ocpp-rpc", () => {
  it("describe the same messages", () => {
    const theirs = theirSchemas.map((schema) => schema.$id.replace("urn:", ""));
    expect(messages.map(({ name }) => name).toSorted()).toEqual(theirs.toSorted());
  });

  it("differ over exactly the known changes of full and of smallest payloads", () => {
    const differences: Differences = new Map();
    let compared = 0;
    for (const message of messages) {
      const { action, kind, name } = message;
      const fields = fieldsOf(action, kind);
      for (const presence of ["all", "required"] as const) {
        const [payload] = fc.sample(payloadsOf(fields, presence), { seed: 16, numRuns: 1 });
        if (payload === undefined) throw new Error("nothing sampled");
        expect([weAccept(action, kind, payload), theyAccept(name, payload)]).toEqual([true, true]);
        compared += compare(message, payload, differences);
      }
    }
    expect(differences).toEqual(expected);
    expect(compared).toBeGreaterThan(5000);
  });

  it.each(messages)("agree on random payloads of $name and on those changed at random", (message) => {
    const { action, kind, name } = message;
    const fields = fieldsOf(action, kind);
    const sites = sitesOf(fields);
    fc.assert(
      fc.property(payloadsOf(fields, "any"), fc.nat(), fc.nat(), (payload, siteDraw, draw) => {
        expect(weAccept(action, kind, payload)).toBe(true);
        expect(theyAccept(name, payload)).toBe(true);
        const site = sites[siteDraw % sites.length];
        if (site === undefined || !has(payload, site)) return;
        const mutations = mutationsOf(site, valueAt(payload, site));
        const mutation = mutations[draw % mutations.length];
        if (mutation === undefined) return;
        const changed = mutate(payload, site.path, mutation);
        const weDo = weAccept(action, kind, changed);
        if (weDo === theyAccept(name, changed)) return;
        const key = `${mutation.name}, accepted by ${weDo ? "us" : "ocpp-rpc"}`;
        expect(expected.get(key) ?? new Set(), key).toContain(`${name} ${site.place}`.trim());
      }),
      { numRuns: 60 },
    );
  });

  it.each(handMadeFrames)("agree on the hand-made frame: $what", ({ name, payload, fits }) => {
    const message = messages.find((candidate) => candidate.name === name);
    if (message === undefined) throw new Error(`no message ${name}`);
    expect(theyAccept(name, payload)).toBe(fits);
    expect(weAccept(message.action, message.kind, payload)).toBe(fits);
  });
});
