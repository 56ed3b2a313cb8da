// The one place that decides: the first rule that fits, whoever it asks, the default; and what is recorded of it.
import { describe, expect, it, test } from "vitest";
import { deciderOf } from "../../src/decisions/decide.ts";
import { noRules } from "../../src/decisions/rules/rule.ts";
import type { Source } from "../../src/decisions/sources/source.ts";
import type { DecidedAction, Verdict } from "../../src/twin/questions.ts";
import { baseBehaviour, circumstances, deciding, question, rulesOf, site } from "./decideInTest.ts";

const actions = [
  ["Authorize", "Accepted"],
  ["StartTransaction", "Accepted"],
  ["StopTransaction", "Accepted"],
  ["DataTransfer", "UnknownVendorId"],
  ["BootNotification", "Pending"],
] as const;

test.each(actions)("without any rule %s is decided at once: %s", (action, status) => {
  const verdict = baseBehaviour({ action, chargePointId: "CP001", payload: {} }, circumstances);
  expect(verdict).toEqual({ status, source: "default" });
});

const ASK = `rules:
  - { name: asks, on: Authorize, ask: scada }
  - { name: after, on: Authorize, then: { status: Expired } }
`;
const ASK_OTHERWISE =
  "rules: [{ name: asks, on: Authorize, ask: scada, timeoutSeconds: 2, otherwise: { status: Blocked } }]\n";

describe("rules", () => {
  it("decide at once, the first that fits, with the fields of its answer", () => {
    const { decide, records } = deciding(
      rulesOf(`lists: { staff: [04A1B2C3] }
rules:
  - { name: other, on: Authorize, when: idTag == 'X', then: { status: Blocked } }
  - { name: staff, on: Authorize, when: idTag in lists.staff, then: { status: Accepted, parentIdTag: STAFF, expiryDate: '= now + duration("8h")' } }
  - { name: last, on: Authorize, then: { status: Invalid } }
`),
    );
    const expected = { status: "Accepted", parentIdTag: "STAFF", expiryDate: "2026-11-25T20:00:00Z", source: "staff" };
    expect(decide(question(), circumstances)).toEqual(expected);
    expect(records).toEqual([
      {
        question: question(),
        at: circumstances.now,
        asked: [],
        source: "rule",
        rule: "staff",
        verdict: expected,
        latencyMs: 0,
      },
    ]);
  });

  it("are only those about the action", () => {
    const { decide } = deciding(rulesOf("rules: [{ name: a, on: StopTransaction, then: { status: Blocked } }]\n"));
    expect(decide(question(), circumstances)).toEqual({ status: "Accepted", source: "default" });
  });

  it("have a default of their own for an action, with expressions", () => {
    const { decide, records } = deciding(
      rulesOf("defaults: { DataTransfer: { status: UnknownMessageId, data: = payload.vendorId } }\n"),
    );
    const ask = question({ action: "DataTransfer", payload: { vendorId: "V" } });
    expect(decide(ask, circumstances)).toEqual({ status: "UnknownMessageId", data: "V", source: "defaults" });
    expect(records[0]).not.toHaveProperty("rule");
  });
});

describe("an error accepts nothing", () => {
  const broken = (then: string): string => `rules:
  - { name: broken, on: [Authorize, DataTransfer], when: payload.none == 1, then: { status: ${then} } }
  - { name: accepts, on: [Authorize, DataTransfer], then: { status: Accepted } }
`;

  it.each([
    ["Authorize", "Invalid"],
    ["DataTransfer", "Rejected"],
  ] as const)("when a rule that might have refused %s cannot be evaluated, the answer is %s", (action, status) => {
    const { decide, records } = deciding(rulesOf(broken("= string(payload.status)")));
    expect(decide(question({ action }), circumstances)).toEqual({ status, source: "accepts" });
    expect(records[0]).toMatchObject({ rule: "accepts", reason: "broken: No such key: none" });
  });

  it("when a rule that might have refused cannot be evaluated, the default accepts nothing either", () => {
    const { decide } = deciding(
      rulesOf("rules: [{ name: b, on: Authorize, when: payload.none == 1, then: { status: Blocked } }]\n"),
    );
    expect(decide(question(), circumstances)).toEqual({ status: "Invalid", source: "default" });
  });

  it("but one that would have accepted is passed over, and a refusal stays what it is", () => {
    const { decide, records } = deciding(rulesOf(broken("Accepted")));
    expect(decide(question(), circumstances)).toEqual({ status: "Accepted", source: "accepts" });
    expect(records[0]?.reason).toBe("broken: No such key: none");
    const refuses = rulesOf(
      broken("Rejected")
        .replaceAll("[Authorize, DataTransfer]", "DataTransfer")
        .replace("status: Accepted", "status: UnknownMessageId"),
    );
    expect(deciding(refuses).decide(question({ action: "DataTransfer" }), circumstances)).toEqual({
      status: "UnknownMessageId",
      source: "accepts",
    });
  });

  it("when a condition is neither true nor false", () => {
    const { decide, records } = deciding(
      rulesOf("rules: [{ name: b, on: Authorize, when: payload.idTag, then: { status: Blocked } }]\n"),
    );
    expect(decide(question(), circumstances)).toMatchObject({ status: "Invalid" });
    expect(records[0]?.reason).toBe("b: the condition is neither true nor false");
  });

  it.each([
    [
      "a status that OCPP does not know",
      "status: = string(payload.x)",
      { x: "Maybe" },
      "status must be equal to one of the allowed values",
    ],
    [
      "an expiry date that is none",
      "status: Accepted, expiryDate: = string(payload.x)",
      { x: "soon" },
      'expiryDate must match format "date-time"',
    ],
    [
      "a parent that is too long",
      "status: Accepted, parentIdTag: = string(payload.x)",
      { x: "x".repeat(21) },
      "parentIdTag must NOT have more than 20 characters",
    ],
    [
      "a field of the payload that is not there",
      "status: Accepted, parentIdTag: = payload.x",
      {},
      "parentIdTag: No such key: x",
    ],
    [
      "a number where a text must be",
      "status: Accepted, parentIdTag: = payload.x",
      { x: 5 },
      "parentIdTag: it is no text",
    ],
    [
      "a time that there is not",
      `status: Accepted, expiryDate: '= now + duration("999999999h") + duration("999999999h") + duration("999999999h")'`,
      {},
      "expiryDate: it is no time",
    ],
  ])("when an answer is computed to be %s", (_, then, payload, reason) => {
    const { decide, records } = deciding(rulesOf(`rules: [{ name: a, on: Authorize, then: { ${then} } }]\n`));
    expect(decide(question({ payload }), circumstances)).toEqual({ status: "Invalid", source: "a" });
    expect(records[0]?.reason).toBe(`a: ${reason}`);
  });
});

describe("a source that a rule asks", () => {
  const answers =
    (verdict: object | undefined): Source =>
    () =>
      verdict as Verdict | undefined;

  it("decides at once where it can", () => {
    const { decide, records } = deciding(rulesOf(ASK), { scada: answers({ status: "Blocked", parentIdTag: "P" }) });
    expect(decide(question(), circumstances)).toEqual({ status: "Blocked", parentIdTag: "P", source: "asks" });
    expect(records[0]).toMatchObject({ asked: ["scada"], rule: "asks" });
  });

  it("decides later where it has a promise, and is told how long it has", async () => {
    const { decide, clock, records } = deciding(rulesOf(ASK), {
      scada: async (_, deadline) => {
        expect(deadline.at).toBe(clock.now() + 3000);
        expect(deadline.signal.aborted).toBe(false);
        clock.move(100);
        return { status: "Accepted" };
      },
    });
    await expect(decide(question(), circumstances)).resolves.toEqual({ status: "Accepted", source: "asks" });
    expect(records[0]?.latencyMs).toBe(100);
    expect(clock.running).toBe(0);
  });

  it.each([
    ["at once", answers(undefined)],
    ["later", async () => undefined],
  ])("leaves the question to the rules behind it when it does not know: %s", async (_, scada) => {
    const { decide, records } = deciding(rulesOf(ASK), { scada });
    await expect(Promise.resolve(decide(question(), circumstances))).resolves.toEqual({
      status: "Expired",
      source: "after",
    });
    expect(records[0]).toMatchObject({ asked: ["scada"], rule: "after" });
    expect(records[0]).not.toHaveProperty("reason");
  });

  it("that does not answer in time is a fallback, and its late answer is none", async () => {
    let answer: (verdict: { status: string }) => void = () => {};
    let signal: AbortSignal | undefined;
    const scada: Source = (_, deadline) => {
      ({ signal } = deadline);
      return new Promise((resolve) => {
        answer = resolve;
      });
    };
    const { decide, clock, records } = deciding(rulesOf(ASK_OTHERWISE), { scada });
    const verdict = decide(question(), circumstances);
    clock.move(1999);
    expect(records).toEqual([]);
    clock.move(1);
    await expect(verdict).resolves.toEqual({ status: "Blocked", source: "asks" });
    expect(signal?.aborted).toBe(true);
    answer({ status: "Accepted" });
    await verdict;
    expect(records).toMatchObject([{ reason: "asks: scada has not answered within 2 s", latencyMs: 2000 }]);
  });

  it.each([
    [
      "throws",
      () => {
        throw new Error("no line");
      },
      "has failed: no line",
    ],
    ["rejects", () => Promise.reject(new Error("no line")), "has failed: no line"],
    ["answers with a text", answers("Accepted" as never), "has answered with no object"],
    ["answers with null", answers(null as never), "has answered with no object"],
    [
      "answers with a status of its own",
      answers({ status: "Yes" }),
      "has answered what OCPP does not allow: status must be equal to one of the allowed values",
    ],
    [
      "answers without status",
      answers({}),
      "has answered what OCPP does not allow: idTagInfo must have required property 'status'",
    ],
    [
      "answers with a date that is none",
      answers({ status: "Accepted", expiryDate: 5 }),
      "has answered what OCPP does not allow: expiryDate must be string",
    ],
  ] satisfies [string, Source, string][])(
    "that %s is a fallback: otherwise, or else the default",
    async (_, scada, reason) => {
      const { decide, records } = deciding(rulesOf(ASK_OTHERWISE), { scada });
      await expect(Promise.resolve(decide(question(), circumstances))).resolves.toEqual({
        status: "Blocked",
        source: "asks",
      });
      expect(records[0]?.reason).toBe(`asks: scada ${reason}`);
      const without = deciding(rulesOf(ASK), { scada });
      await expect(Promise.resolve(without.decide(question(), circumstances))).resolves.toEqual({
        status: "Accepted",
        source: "default",
      });
    },
  );

  it("answers with more than is known, of which nothing is passed on", () => {
    const { decide } = deciding(rulesOf(ASK), {
      scada: answers({ status: "Blocked", data: "x", source: "me", more: 1 }),
    });
    expect(decide(question(), circumstances)).toEqual({ status: "Blocked", source: "asks" });
  });

  it("is the module that the rule names", () => {
    const files: string[] = [];
    const module = (file: string): Source => {
      files.push(file);
      return answers({ status: "Blocked" });
    };
    const { decide, records } = deciding(rulesOf("rules: [{ name: m, on: Authorize, ask: { module: a.mjs } }]\n"), {
      module,
    });
    expect(decide(question(), circumstances)).toEqual({ status: "Blocked", source: "m" });
    expect([files, records[0]?.asked]).toEqual([["/a.mjs"], ["module a.mjs"]]);
  });

  it("is a fallback when there is none", () => {
    const { decide, records } = deciding(rulesOf(ASK_OTHERWISE));
    expect(decide(question(), circumstances)).toEqual({ status: "Blocked", source: "asks" });
    expect(records[0]?.reason).toBe("asks: scada cannot be asked");
  });
});

it("a question is decided by the rules that were in use when it was asked", async () => {
  let rules = rulesOf(ASK);
  let know: () => void = () => {};
  const scada: Source = () => new Promise((resolve) => (know = () => resolve(undefined)));
  const { clock } = deciding(noRules);
  const decide = deciderOf({ rules: () => rules, sources: { scada }, site, clock, timeoutSeconds: 3, note: () => {} });
  const verdict = decide(question(), circumstances);
  rules = noRules;
  know();
  await expect(verdict).resolves.toEqual({ status: "Expired", source: "after" });
  expect(decide(question(), circumstances)).toEqual({ status: "Accepted", source: "default" });
});

test.each(actions.map(([action]) => action))("%s can be answered by a rule", (action: DecidedAction) => {
  const status = { DataTransfer: "UnknownMessageId", BootNotification: "Rejected" }[action as string] ?? "ConcurrentTx";
  const { decide } = deciding(rulesOf(`rules: [{ name: r, on: ${action}, then: { status: ${status} } }]\n`));
  expect(decide(question({ action }), circumstances)).toEqual({ status, source: "r" });
});
