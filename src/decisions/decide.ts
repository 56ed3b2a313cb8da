// The one place that decides what a charge point asks. Pure; knows no OCPP frames.
import type { Question, Verdict } from "../twin/questions.ts";
import { fallback } from "./sources/fallback.ts";

/** The verdict on a question: at once where it can be had at once, so that nothing waits that need not. */
export function decide(question: Question): Verdict | Promise<Verdict> {
  return fallback(question);
}
