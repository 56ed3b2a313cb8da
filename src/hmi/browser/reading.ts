// What a page asks the bridge for when it opens, and again where it is told to. What was read before stays as long as nothing newer came.
import { useEffect, useState } from "preact/hooks";
import { get } from "./api.ts";
import type { Refused } from "./refused.ts";

export interface Reading<T> {
  /** Undefined until it was read. */
  readonly value?: T;
  /** Of the last attempt. */
  readonly refusal?: Refused;
}

type Parameters = Readonly<Record<string, string | number | undefined>>;

/** `everyMs` reads it anew so long after the last answer; `again` at once. Nothing is asked where `path` is undefined. */
export function useReading<T>(
  path: string | undefined,
  parameters: Parameters = {},
  everyMs?: number,
): Reading<T> & { readonly again: () => void } {
  const [reading, setReading] = useState<Reading<T>>({});
  const [round, setRound] = useState(0);
  const asked = JSON.stringify([path, parameters]);
  useEffect(() => {
    const [address, query] = JSON.parse(asked) as [string | null, Parameters];
    let isOver = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const read = async () => {
      if (address === null) return;
      const answer = await get<T>(address, query);
      if (isOver) return;
      setReading((before) => (answer.kind === "answer" ? { value: answer.value } : { ...before, refusal: answer }));
      if (everyMs !== undefined) timer = setTimeout(() => void read(), everyMs);
    };
    void read();
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [asked, round, everyMs]);
  return { ...reading, again: () => setRound((count) => count + 1) };
}
