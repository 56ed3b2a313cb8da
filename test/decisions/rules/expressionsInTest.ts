// Expressions in tests: compiled with two lists, evaluated for one question.
import { compileExpression, NoValue } from "../../../src/decisions/rules/expression.ts";
import { Facts, type Circumstances } from "../../../src/decisions/rules/facts.ts";
import { languageWith } from "../../../src/decisions/rules/language.ts";
import type { Question } from "../../../src/twin/questions.ts";
import { emptyMeter, type Twin } from "../../../src/twin/twin.ts";
import { NOW, question, site, twin } from "../decideInTest.ts";

export const language = languageWith(
  new Map([
    ["staff", new Set(["04A1B2C3", "04ffee01"])],
    ["big", new Set(Array.from({ length: 50_000 }, (_, index) => `TAG${index}`))],
  ]),
);

const stamp = { at: NOW, received: NOW };
const start = { ...stamp, transactionId: 7, idTag: "OTHER", meterStart: 0, idTagStatus: "Accepted", timestamp: "" };

/** A charge point that has said of itself what expressions can ask. */
export const known: Twin = {
  ...twin,
  identification: { vendor: "Acme", model: "X1", serialNumber: "S1", firmwareVersion: "1.2", ...stamp },
  link: { state: "Connected", securityProfile: 1, ...stamp },
  connectors: new Map([
    [
      1,
      {
        id: 1,
        meter: emptyMeter,
        status: { status: "Charging", errorCode: "NoError", ...stamp },
        transaction: {
          active: true,
          transactionId: 7,
          idTag: "OTHER",
          energy: 1500.5,
          durationSeconds: 60,
          start,
          ...stamp,
        },
      },
    ],
    [2, { id: 2, meter: emptyMeter, reservation: { reservationId: 3, idTag: "GUEST", expiry: NOW, ...stamp } }],
  ]),
};

const PAYLOAD = {
  idTag: "04A1B2C3",
  connectorId: 1,
  meterStart: 100,
  price: 0.5,
  tags: ["a", "b"],
  deep: { x: [{ y: 1 }, { y: 2 }] },
};

export const asked = question({ action: "StartTransaction", connectorId: 1, payload: PAYLOAD });

export function factsOf(ask: Question = asked, circumstances: Circumstances = { twin: known, now: NOW }): Facts {
  return new Facts(ask, circumstances, site);
}

/** Its value; throws for a text that is refused, and a NoValue is the text `no value: REASON`. */
export function valueOf(text: string, facts = factsOf()): unknown {
  const compiled = compileExpression(text, language);
  if ("fault" in compiled) throw new Error(`${compiled.fault.index}: ${compiled.fault.message}`);
  const value = compiled.expression.evaluate(facts);
  return value instanceof NoValue ? `no value: ${value.reason}` : value;
}

/** `INDEX MESSAGE; HINT` of a text that is refused; undefined when it is not. */
export function faultOf(text: string): string | undefined {
  const compiled = compileExpression(text, language);
  if (!("fault" in compiled)) return undefined;
  const { index, message, hint } = compiled.fault;
  return `${index} ${message}${hint === undefined ? "" : `; ${hint}`}`;
}
