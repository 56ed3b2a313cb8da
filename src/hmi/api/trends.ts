// `GET /api/history`: the kept samples of one datapoint, as many as a trend can show. Read page by page, so that nobody waits for it.
import { VENDOR_GROUP } from "../../datapoints/vendor.ts";
import { tableFor } from "../../datapoints/table.ts";
import type { HistoryQuery } from "../../twin/ports.ts";
import {
  ok,
  refused,
  type ApiRequest,
  type ApiSurroundings,
  type Endpoint,
  type JsonSchema,
  type Reply,
} from "../endpoint.ts";
import type { Ask } from "../questions.ts";
import type { TrendView } from "../shapes.ts";
import { Thinning } from "../thinning.ts";

/** Samples of one question to the main thread, which copies them: some ms. */
const PAGE = 2000;
/** Two weeks of a sample every 10 s, and more. */
const MOST_READ = 150_000;
/** Trends that are read at the same time; one faceplate shows six. */
const MOST_AT_ONCE = 24;
const MOST_OF_ONE = 8;
const DEFAULT_POINTS = 500;
/** 9999-01-01: later times cannot be kept. */
const LATEST = 253_370_764_800_000;

const time: JsonSchema = { type: "integer", minimum: 0, maximum: LATEST, description: "Epoch ms, inclusive" };
const sample: JsonSchema = { type: "array", description: "Source time in epoch ms, value, quality" };

/** Who reads, as often as he does. */
const reading: string[] = [];

export const trends: readonly Endpoint[] = [
  {
    method: "GET",
    path: "/api/history",
    summary:
      "The history of one datapoint in the order of time: of each of `points` parts of the range the first, least, greatest and last sample, how every text, Boolean and nothing began and ended first, one that is not Good, and the marks of gaps (Lost)",
    role: "observer",
    query: {
      chargePoint: { type: "string", minLength: 1, maxLength: 255 },
      connector: { type: "integer", minimum: 0, maximum: 2_147_483_647, description: "0 is the charge point itself" },
      path: { type: "string", minLength: 1, maxLength: 255, description: "As in the point list" },
      from: time,
      to: time,
      points: { type: "integer", minimum: 100, maximum: 2000, default: DEFAULT_POINTS },
    },
    required: ["chargePoint", "connector", "path", "from", "to"],
    answer: {
      type: "object",
      properties: {
        samples: { type: "array", items: sample },
        more: { type: "boolean", description: "The range has more behind the last sample than can be read at once" },
        lacksStates: {
          type: "boolean",
          description: "True where a part of the range has had so many different texts that not each of them is there",
        },
      },
    },
    handle: readTrend,
  },
];

async function readTrend({ query, requester }: ApiRequest, { ask }: ApiSurroundings): Promise<Reply> {
  const { chargePoint, connector, path, from, to, points = DEFAULT_POINTS } = query as unknown as Asked;
  if (from > to) return refused(400, "in the query from must not be later than to");
  if (!hasHistory(connector, path))
    return refused(404, `no datapoint ${JSON.stringify(path.slice(0, 50))} has a history there`);
  const { user } = requester;
  if (reading.length >= MOST_AT_ONCE || reading.filter((each) => each === user).length >= MOST_OF_ONE)
    return refused(503, "too many trends are being read; ask again in a moment");
  reading.push(user);
  try {
    const trend = await read(ask, { chargePointId: chargePoint, connector, path, from, to, limit: PAGE }, points);
    return trend === undefined ? refused(404, "this bridge keeps no history") : ok(trend);
  } finally {
    reading.splice(reading.indexOf(user), 1);
  }
}

interface Asked {
  readonly chargePoint: string;
  readonly connector: number;
  readonly path: string;
  readonly from: number;
  readonly to: number;
  readonly points?: number;
}

/** Which of the vendors' datapoints there are only the main thread knows: of an unknown one there is nothing. */
function hasHistory(connector: number, path: string): boolean {
  return tableFor(connector).byPath.get(path)?.row.history === true || path.startsWith(`${VENDOR_GROUP}/`);
}

/** Undefined where no history is kept. */
async function read(ask: Ask, query: HistoryQuery, points: number): Promise<TrendView | undefined> {
  const thinning = new Thinning(query, points);
  let count = 0;
  let after: number | undefined;
  for (;;) {
    const page = await ask("history", after === undefined ? query : { ...query, after });
    if (page === undefined) return undefined;
    for (const each of page.samples) thinning.take(each);
    count += page.samples.length;
    after = page.samples.at(-1)?.at;
    const isOver = !page.more || after === undefined;
    if (isOver || count >= MOST_READ) return viewOf(thinning, !isOver);
  }
}

function viewOf(thinning: Thinning, more: boolean): TrendView {
  return { samples: thinning.kept(), more, ...(thinning.lacksStates && { lacksStates: true }) };
}
