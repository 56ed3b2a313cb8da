// What a charge point does against OCPP: how often, of which kind, and the last of it. Pure; it judges nothing.
import type { Violated } from "./events.ts";
import type { Violations } from "./twin.ts";

/** Kinds that are told apart for one charge point; whatever comes after them is `other`. */
const MOST_KINDS = 50;
const MOST_RECENT = 10;
const OTHER = "other";

/**
 * The kind of a violation, from its text `Action place: sentence`: the message and the field, wherever in a list it stands, as
 * `MeterValues meterValue.sampledValue.unit` or, of a vendor's own data, `DataTransfer data/battery/state-of-charge`. The message alone where the text names no place; `frame` of what is no message.
 */
export function kindOf(text: string): string {
  const [kind = OTHER] = /^[\w.]+(?: [\w.[\]/~-]+(?=: ))?/u.exec(text) ?? [];
  return kind.replaceAll(/\[\d+\]/gu, "");
}

export function addViolations(before: Violations | undefined, { count, texts, at, received }: Violated): Violations {
  const kinds: Record<string, number> = { ...before?.kinds };
  const add = (kind: string, times: number): void => {
    const known = Object.hasOwn(kinds, kind) || Object.keys(kinds).length < MOST_KINDS ? kind : OTHER;
    kinds[known] = (kinds[known] ?? 0) + times;
  };
  for (const text of texts) add(kindOf(text), 1);
  const last = texts.at(-1) ?? before?.last ?? "";
  // Of what is wrong many times in one message not every text is written down.
  if (count > texts.length) add(kindOf(last), count - texts.length);
  const recent = [...(before?.recent ?? []), ...texts].slice(-MOST_RECENT);
  return { count: (before?.count ?? 0) + count, last, recent, kinds, at, received };
}
