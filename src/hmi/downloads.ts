// `GET /api/transactions.csv` and `GET /api/messages.jsonl`: what is kept, streamed as fast as it is read. It knows no file and no table.
import type { Context, Hono } from "hono";
import type { Timer } from "../std/clock.ts";
import type { KeptExport } from "../twin/keptPages.ts";
import { checkOf, faultIn } from "./check.ts";
import type { Described, JsonSchema } from "./endpoint.ts";
import { lackOf } from "./guard.ts";
import type { HmiEnv, Routing } from "./http.ts";
import {
  exchangeQueryOf,
  messageParameters,
  transactionFilterOf,
  transactionParameters,
  type Query,
} from "./keptQueries.ts";
import type { Ask } from "./questions.ts";

/** Each needs a thread and a reader of the disk. */
const MOST_AT_ONCE = 2;
const RETRY_AFTER_SECONDS = "5";
/** Whoever takes longer for a piece would keep others waiting. */
const LONGEST_PIECE_MS = 60_000;

interface Download {
  readonly path: string;
  readonly summary: string;
  readonly headers: Readonly<Record<"Content-Type" | "Content-Disposition", string>>;
  readonly parameters: Readonly<Record<string, JsonSchema>>;
  /** A sentence where the query cannot be understood. */
  readonly wanted: (query: Query) => KeptExport | string;
}

const downloads: readonly Download[] = [
  {
    path: "/api/transactions.csv",
    summary: "Charge detail records of transactions, whole",
    headers: {
      "Content-Type": "text/csv; charset=utf-8; header=present",
      "Content-Disposition": 'attachment; filename="transactions.csv"',
    },
    parameters: transactionParameters,
    wanted: (query) => {
      const filter = transactionFilterOf(query);
      return typeof filter === "string" ? filter : { kind: "transactions", filter };
    },
  },
  {
    path: "/api/id-tags.csv",
    summary: "The list of id tags, whole, as it can be imported again",
    headers: {
      "Content-Type": "text/csv; charset=utf-8; header=present",
      "Content-Disposition": 'attachment; filename="id-tags.csv"',
    },
    parameters: {},
    wanted: () => ({ kind: "idTags" }),
  },
  {
    path: "/api/messages.jsonl",
    summary: "Messages with their answers, the newest first, one a line",
    headers: {
      "Content-Type": "application/jsonl; charset=utf-8",
      "Content-Disposition": 'attachment; filename="messages.jsonl"',
    },
    parameters: messageParameters,
    wanted: (query) => {
      const found = exchangeQueryOf(query);
      return typeof found === "string" ? found : { kind: "messages", query: found };
    },
  },
];

export const downloadsDescribed: readonly Described[] = downloads.map(({ path, headers, parameters, summary }) => ({
  method: "GET",
  path,
  summary,
  role: "operator",
  query: parameters,
  answer: { type: "string" },
  answerType: headers["Content-Type"].split(";")[0] ?? "",
}));

type DownloadRouting = Pick<Routing, "ask" | "log" | "clock">;

/** Adds the routes; queries are those of the pages that show the same. */
export function serveDownloads(app: Hono<HmiEnv>, routing: DownloadRouting): void {
  const running = { count: 0 };
  for (const download of downloads) app.get(download.path, answerBy(download, running, routing));
}

function answerBy(
  { headers, parameters, wanted }: Download,
  running: { count: number },
  { ask, log, clock }: DownloadRouting,
): (context: Context<HmiEnv>) => Promise<Response> {
  const check = checkOf({ type: "object", properties: parameters, additionalProperties: false }, true);
  return async (context) => {
    const lacking = lackOf(context.get("who"), { role: "operator" });
    if (lacking !== undefined) return context.json(lacking.refusal, lacking.status);
    const query = { ...context.req.query() };
    const flaw = faultIn(check(), query);
    if (flaw !== undefined) return context.json({ error: `in the query ${flaw.error}` }, 400);
    const asked = wanted(query);
    if (typeof asked === "string") return context.json({ error: asked }, 400);
    if (running.count >= MOST_AT_ONCE)
      return context.json({ error: "too many exports at once; try again later" }, 503, {
        "Retry-After": RETRY_AFTER_SECONDS,
      });
    // Hono would cut the heading off, and the rest would be read for nobody.
    if (context.req.method === "HEAD") return context.body(null, 200, headers);
    running.count++;
    const end = (): void => void running.count--;
    const pages = pagesOf(ask, asked);
    try {
      const first = await pages.next();
      return context.body(streamOf({ first, pages, end, clock }), 200, headers);
    } catch (error) {
      end();
      log.error({ error: String(error), path: context.req.path }, "what is kept could not be read");
      return context.json({ error: "what is kept cannot be read; the log of the bridge says why" }, 503);
    }
  };
}

/** The pieces, each asked for when the one before has been taken. */
async function* pagesOf(ask: Ask, wanted: KeptExport): AsyncGenerator<string, undefined> {
  const { number, piece: first } = await ask("beginExport", wanted);
  try {
    for (let piece = first; piece !== undefined; piece = await ask("nextPiece", number)) yield piece;
  } finally {
    await ask("endExport", number);
  }
  return undefined;
}

interface Stream extends Pick<Routing, "clock"> {
  readonly first: IteratorResult<string, undefined>;
  readonly pages: AsyncGenerator<string, undefined>;
  /** Called once, however it ends. */
  readonly end: () => void;
}

/**
 * Reads on only when what was read has been taken. A fault cuts the answer off, so that nobody takes it for whole; so does a piece that is
 * not taken for a minute.
 */
function streamOf({ first, pages, end, clock }: Stream): ReadableStream {
  const encoder = new TextEncoder();
  let next: IteratorResult<string, undefined> | undefined = first;
  let waiting: Timer | undefined;
  let isOver = false;
  const over = (): void => {
    waiting?.cancel();
    if (!isOver) end();
    isOver = true;
  };
  const breakOff = async (): Promise<void> => {
    try {
      await pages.return(undefined);
    } finally {
      over();
    }
  };
  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        waiting?.cancel();
        try {
          // A page without records is no piece: the next one is asked for at once.
          for (;;) {
            const page: IteratorResult<string, undefined> = next ?? (await pages.next());
            next = undefined;
            if (page.done === true) {
              over();
              return controller.close();
            }
            if (page.value === "") continue;
            controller.enqueue(encoder.encode(page.value));
            waiting = clock.after(LONGEST_PIECE_MS, () => {
              controller.error(new Error("the export was not taken in time"));
              // Its reader is gone; the main thread has logged what it could not end.
              void breakOff().catch(() => {});
            });
            return;
          }
        } catch (error) {
          over();
          throw error;
        }
      },
      cancel: breakOff,
    },
    { highWaterMark: 1 },
  );
}
