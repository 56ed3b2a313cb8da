// `GET /api/transactions.csv`: charge detail records, streamed as fast as they are read. It knows no file and no table.
import type { Context, Hono } from "hono";
import { isDateTime } from "../schema/dateTime.ts";
import type { TransactionFilter } from "../twin/ports.ts";
import { lackOf } from "./guard.ts";
import type { HmiEnv, Routing } from "./http.ts";
import type { Ask } from "./questions.ts";

/** Each needs a thread and a reader of the disk. */
const MOST_AT_ONCE = 2;
const RETRY_AFTER_SECONDS = "5";
const LONGEST_ID = 255;

const names = new Set(["since", "until", "chargePoint"]);

/** Adds the route. Query: `since`, `until` (RFC 3339, of the start), `chargePoint`. */
export function serveTransactions(app: Hono<HmiEnv>, { ask, log }: Pick<Routing, "ask" | "log">): void {
  let running = 0;
  app.get("/api/transactions.csv", async (context) => {
    const lacking = lackOf(context.get("who"), { role: "operator" });
    if (lacking !== undefined) return context.json(lacking.refusal, lacking.status);
    const filter = filterFrom(context);
    if (typeof filter === "string") return context.text(`${filter}\n`, 400);
    if (running >= MOST_AT_ONCE)
      return context.text("Too many exports at once; try again later.\n", 503, { "Retry-After": RETRY_AFTER_SECONDS });
    running++;
    const pages = pagesOf(ask, filter);
    const end = (): void => void running--;
    // Hono would cut the heading off, and the rest would be read for nobody.
    if (context.req.method === "HEAD") {
      end();
      await pages.return(undefined);
      return context.body(null, 200, headers);
    }
    try {
      const first = await pages.next();
      return context.body(streamOf(first, pages, end), 200, headers);
    } catch (error) {
      end();
      log.error({ error: String(error) }, "the transactions could not be read");
      return context.text("The transactions cannot be read; the log of the bridge says why.\n", 503);
    }
  });
}

/** The pieces, each asked for when the one before has been taken. */
async function* pagesOf(ask: Ask, filter: TransactionFilter): AsyncGenerator<string, undefined> {
  const { number, piece: first } = await ask("beginCsv", filter);
  try {
    for (let piece = first; piece !== undefined; piece = await ask("nextCsv", number)) yield piece;
  } finally {
    await ask("endCsv", number);
  }
  return undefined;
}

const headers = {
  "Content-Type": "text/csv; charset=utf-8; header=present",
  "Content-Disposition": 'attachment; filename="transactions.csv"',
};

/** Reads on only when what was read has been taken. A fault cuts the answer off, so that nobody takes it for whole. */
function streamOf(
  first: IteratorResult<string, undefined>,
  pages: AsyncGenerator<string, undefined>,
  end: () => void,
): ReadableStream {
  const encoder = new TextEncoder();
  let next: IteratorResult<string, undefined> | undefined = first;
  let isOver = false;
  const over = (): void => {
    if (!isOver) end();
    isOver = true;
  };
  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        try {
          // A page without records is no piece: the next one is asked for at once.
          for (;;) {
            const page: IteratorResult<string, undefined> = next ?? (await pages.next());
            next = undefined;
            if (page.done === true) {
              over();
              return controller.close();
            }
            if (page.value !== "") return controller.enqueue(encoder.encode(page.value));
          }
        } catch (error) {
          over();
          throw error;
        }
      },
      cancel: async () => {
        over();
        await pages.return(undefined);
      },
    },
    { highWaterMark: 1 },
  );
}

/** A sentence where the query cannot be understood. */
function filterFrom({ req }: Context): TransactionFilter | string {
  const query = req.query();
  for (const name of Object.keys(query))
    if (!names.has(name))
      return `There is no parameter ${JSON.stringify(name.slice(0, 50))}; ${[...names].join(", ")} are.`;
  for (const name of ["since", "until"] as const) {
    const text = query[name];
    if (text !== undefined && timeFrom(text) === undefined)
      return `${name} must be a time with its offset, such as 2026-05-01T06:00:00Z.`;
  }
  const { since, until, chargePoint } = query;
  if (chargePoint !== undefined && (chargePoint === "" || chargePoint.length > LONGEST_ID))
    return `chargePoint must be an identity of 1 to ${LONGEST_ID} characters.`;
  return {
    since: since === undefined ? undefined : timeFrom(since),
    until: until === undefined ? undefined : timeFrom(until),
    chargePointId: chargePoint,
  };
}

function timeFrom(text: string): number | undefined {
  const at = isDateTime(text) ? Date.parse(text) : Number.NaN;
  return Number.isFinite(at) ? at : undefined;
}
