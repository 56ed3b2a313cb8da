// `POST /api/id-tags.csv`: a file of id tags, all of it or nothing, as `idtags import` takes it. It is read on this thread, and handed over
// piece by piece; the command importIdTags makes it the list.
import type { Context, Hono } from "hono";
import { IdTagCsv } from "../datapoints/idTagCsv.ts";
import type { Requester } from "../twin/commands.ts";
import type { IdTagPiece } from "../twin/idTags.ts";
import { isTooLate, notAfter, requesterOf, tooLate } from "./api/routes.ts";
import { lackOf } from "./guard.ts";
import { checkOf, faultIn } from "./check.ts";
import type { Described } from "./endpoint.ts";
import type { HmiEnv, Routing } from "./http.ts";
import { statusOf } from "./httpStatus.ts";
import type { Ask } from "./questions.ts";
import type { ImportRefusal, ImportView } from "./siteShapes.ts";

/** Half a million entries: what 10 Mbit/s bring within the 30 s that a request may take. */
const MOST_BYTES = 32 * 1_048_576;
const TOO_LONG = `the file must say its length, and have ${MOST_BYTES} bytes at most, for it must come in within 30 s; send a longer one in parts`;
/** Entries that are handed over together: as many as the main thread looks at in a few ms. */
const PIECE = 1000;
const TYPE = "text/csv";

export const importDescribed: Described = {
  method: "POST",
  path: "/api/id-tags.csv",
  summary:
    "Adds the id tags of a CSV file to the list, all of them or none; with `replace` there are no others afterwards",
  role: "operator",
  query: { replace: { type: "boolean" }, notAfter },
  body: { type: "string", description: "The first line names the columns: idTag, status, expiryDate, parentIdTag" },
  bodyType: TYPE,
  answer: { type: "object", properties: { imported: { type: "integer" } } },
};

const queryCheck = checkOf(
  { type: "object", properties: importDescribed.query ?? {}, additionalProperties: false },
  true,
);

export function serveImport(app: Hono<HmiEnv>, { ask, clock }: Pick<Routing, "ask" | "clock">): void {
  let isBusy = false;
  app.post(importDescribed.path, async (context) => {
    const lacking = lackOf(context.get("who"), importDescribed);
    if (lacking !== undefined) return context.json(lacking.refusal, lacking.status);
    const query: Record<string, unknown> = { ...context.req.query() };
    const flaw = faultIn(queryCheck(), query);
    if (flaw !== undefined) return context.json({ error: `in the query ${flaw.error}` }, 400);
    // A form of another site cannot have this type without being asked first.
    if (!(context.req.header("content-type") ?? "").startsWith(TYPE))
      return context.json({ error: `the body must be ${TYPE}` }, 415);
    if (!(Number(context.req.header("content-length") ?? Number.NaN) <= MOST_BYTES))
      return context.json({ error: TOO_LONG }, 413);
    if (isBusy) return context.json({ error: "another file is just coming in; try again later" }, 503);
    isBusy = true;
    try {
      const read = await readFile(context);
      // Only now: what is sent slowly comes late, too.
      if (isTooLate(query, { clock })) return context.json(tooLate, 409);
      if (read.faultCount > 0) return context.json(refusalOf(read), 422);
      return await takeOver(context, ask, { entries: read.entries, isWhole: query["replace"] === true });
    } finally {
      isBusy = false;
    }
  });
}

/** To its end in any case: whoever still sends would not hear what is wrong. */
async function readFile({ req }: Context<HmiEnv>): Promise<IdTagCsv> {
  const file = new IdTagCsv();
  const body = req.raw.body as ReadableStream<Uint8Array> | null;
  for await (const bytes of body ?? []) file.write(bytes);
  file.end();
  return file;
}

function refusalOf({ faults, faultCount }: IdTagCsv): ImportRefusal {
  const [{ line, text } = { line: 0, text: "" }] = faults;
  const more = faultCount > 1 ? `, and ${faultCount - 1} more` : "";
  const place = line === 0 ? "" : `line ${line}: `;
  return { error: `nothing was imported: ${place}${text}${more}`, faults, faultCount };
}

interface Import {
  readonly entries: readonly IdTagPiece[];
  readonly isWhole: boolean;
}

async function takeOver(context: Context<HmiEnv>, ask: Ask, { entries, isWhole }: Import): Promise<Response> {
  let gathering: number | undefined;
  for (let first = 0; first < entries.length; first += PIECE) {
    const gathered = await ask("gatherIdTags", gathering, entries.slice(first, first + PIECE));
    if (gathered.kind === "refused") return context.json({ error: `nothing was imported: ${gathered.text}` }, 409);
    ({ gathering } = gathered);
  }
  const command = { kind: "importIdTags", chargePointId: "", gathering: gathering ?? 0, isWhole } as const;
  const requester: Requester = requesterOf(context);
  const { outcome, text } = await ask("command", command, requester);
  if (statusOf(outcome) !== 200) return context.json({ error: text }, statusOf(outcome) as 409);
  return context.json({ imported: entries.length } satisfies ImportView);
}
