// SCADA as a source: questions that wait, the first answer, the deadline, the bound (INTERFACES §4 a).
import { describe, expect, test } from "vitest";
import { OpenQuestions, type OpenQuestion } from "../../../src/decisions/sources/scada.ts";
import type { DecidedAction, Question } from "../../../src/twin/questions.ts";
import { circumstances, deciding, question, rulesOf } from "../decideInTest.ts";

interface Opened {
  readonly questions: OpenQuestions;
  readonly told: string[];
  readonly ask: (asked?: Question) => { readonly verdict: Promise<unknown>; readonly late: AbortController };
}

function open(most = 10): Opened {
  const told: string[] = [];
  let last = 0;
  const note = (word: string) => (each: OpenQuestion) => void told.push(`${word} ${each.requestId}`);
  const questions = new OpenQuestions({
    most,
    nextRequestId: () => String(++last),
    opened: note("opened"),
    closed: note("closed"),
  });
  return {
    questions,
    told,
    ask: (asked = question()) => {
      const late = new AbortController();
      const source = questions.ask(asked, { at: 5000, signal: late.signal });
      return { verdict: Promise.resolve(source).catch((error: unknown) => String(error)), late };
    },
  };
}

const ids = (questions: OpenQuestions): string[] => Array.from(questions.all(), ({ requestId }) => requestId);

describe("a question to SCADA", () => {
  test("waits until it is answered, once", async () => {
    const { questions, told, ask } = open();
    const asked = question();
    const { verdict } = ask(asked);
    expect([...questions.all()]).toMatchObject([{ requestId: "1", question: asked, deadline: 5000 }]);
    expect(questions.answer("2", { status: "Accepted" })).toEqual({ kind: "notOpen" });
    expect(questions.answer("1", { status: "Blocked" })).toEqual({ kind: "taken", question: asked });
    expect(questions.answer("1", { status: "Accepted" })).toEqual({ kind: "notOpen" });
    expect(await verdict).toEqual({ status: "Blocked" });
    expect(told).toEqual(["opened 1", "closed 1"]);
  });

  test("is gone when its time is over, and an answer comes too late", () => {
    const { questions, told, ask } = open();
    const { late } = ask();
    late.abort();
    expect(ids(questions)).toEqual([]);
    expect(questions.answer("1", { status: "Accepted" })).toEqual({ kind: "notOpen" });
    expect(told).toEqual(["opened 1", "closed 1"]);
  });

  test("that has been answered is closed once, though its time ends later", () => {
    const { questions, told, ask } = open();
    const { late } = ask();
    questions.answer("1", { status: "Accepted" });
    late.abort();
    expect(told).toEqual(["opened 1", "closed 1"]);
  });

  test("fails when its charge point has gone; those of others wait on", async () => {
    const { questions, ask } = open();
    const gone = ask(question({ chargePointId: "GONE" }));
    ask();
    questions.withdraw("GONE");
    expect(await gone.verdict).toContain("withdrawn");
    expect(ids(questions)).toEqual(["2"]);
  });

  test("beyond the bound fails at once, and there is room again afterwards", () => {
    const { questions, ask, told } = open(2);
    ask();
    ask();
    expect(() => ask()).toThrow("2 questions wait for it already (limits.maxPendingDecisions)");
    expect(told).toHaveLength(2);
    questions.answer("1", { status: "Accepted" });
    ask();
    expect(ids(questions)).toEqual(["2", "3"]);
  });

  test.each<[DecidedAction, Parameters<OpenQuestions["answer"]>[1], string | undefined]>([
    ["Authorize", { status: "ConcurrentTx" }, undefined],
    ["Authorize", { status: "Rejected" }, "status"],
    ["Authorize", {}, "status"],
    ["Authorize", { status: "Accepted", data: "x" }, "data"],
    ["Authorize", { status: "Accepted", expiryDate: "soon" }, "expiryDate"],
    ["StartTransaction", { status: "Accepted", parentIdTag: "P".repeat(21) }, "parentIdTag"],
    ["StopTransaction", { status: "Expired", parentIdTag: "P" }, undefined],
    ["DataTransfer", { status: "Rejected", data: "x" }, undefined],
    ["DataTransfer", { status: "Accepted", parentIdTag: "P" }, "parentIdTag"],
    ["DataTransfer", { status: "Blocked" }, "status"],
    ["BootNotification", { status: "Pending" }, undefined],
    ["BootNotification", { status: "Accepted", expiryDate: "2030-01-01T00:00:00Z" }, "expiryDate"],
  ])("about %s answered with %j: the fault is at %s", (action, answer, path) => {
    const { questions, ask } = open();
    ask(question({ action }));
    const answering = questions.answer("1", answer);
    expect("path" in answering ? answering.path : undefined).toBe(path);
    expect(ids(questions)).toEqual(path === undefined ? [] : ["1"]);
  });

  test("is decided by the deadline's clock: an answer before it counts, and afterwards the rule's own", async () => {
    const { questions } = open();
    const rules = rulesOf(
      "rules: [{ name: r, on: [Authorize, DataTransfer], ask: scada, timeoutSeconds: 2, otherwise: { status: Blocked } }]",
    );
    const { decide, clock, records } = deciding(rules, { scada: (asked, deadline) => questions.ask(asked, deadline) });
    const early = decide(question(), circumstances);
    clock.move(1999);
    questions.answer("1", { status: "Accepted" });
    expect(await early).toEqual({ status: "Accepted", source: "r" });
    const late = decide(question(), circumstances);
    const transfer = decide(question({ action: "DataTransfer" }), circumstances);
    clock.move(2000);
    expect(await late).toEqual({ status: "Blocked", source: "r" });
    // OCPP 1.6 §7.21 has other words for no.
    expect(await transfer).toEqual({ status: "Rejected", source: "r" });
    expect(ids(questions)).toEqual([]);
    expect(records.map(({ source, rule, asked }) => [source, rule, asked])).toEqual([
      ["scada", "r", ["scada"]],
      ["otherwise", "r", ["scada"]],
      ["otherwise", "r", ["scada"]],
    ]);
  });
});
