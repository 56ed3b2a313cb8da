// Exports that run while a browser takes them, by number: the thread that serves it asks for one piece after the other.
import type { KeptExport } from "../twin/keptPages.ts";
import type { Questions } from "./questions.ts";

/** Each has a reader of the disk. One that its thread has forgotten gives way to a new one. */
const MOST = 4;

export interface ExportQuestions extends Pick<Questions, "beginExport" | "nextPiece" | "endExport"> {
  /** Those of a thread that is no more. */
  endAll(): Promise<void>;
}

export function exportQuestions(piecesOf: (wanted: KeptExport) => AsyncGenerator<string, undefined>): ExportQuestions {
  const running = new Map<number, AsyncGenerator<string, undefined>>();
  let last = 0;
  const end = async (number: number): Promise<void> => {
    const pages = running.get(number);
    running.delete(number);
    await pages?.return(undefined);
  };
  const next = async (number: number): Promise<string | undefined> => {
    const pages = running.get(number);
    // Not the end: whoever takes it must not hold what he has for whole.
    if (pages === undefined) throw new Error("this export has given way to others");
    try {
      const page = await pages.next();
      return page.done === true ? undefined : page.value;
    } catch (error) {
      running.delete(number);
      throw error;
    }
  };
  return {
    beginExport: async (wanted) => {
      const [oldest] = running.keys();
      if (running.size >= MOST && oldest !== undefined) await end(oldest);
      const number = ++last;
      running.set(number, piecesOf(wanted));
      return { number, piece: await next(number) };
    },
    nextPiece: next,
    endExport: end,
    endAll: async () => {
      await Promise.all([...running.keys()].map(end));
    },
  };
}
