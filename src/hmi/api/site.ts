// What the pages about the site itself show: rules and decisions, id tags, users, certificates, the point list. Commands change them (acting.ts).
import { pointList, pointListCsv, pointsOfChargePoint, type Point } from "../../datapoints/pointList.ts";
import { isTooDeep } from "../../twin/hideSecrets.ts";
import { decidedActions } from "../../twin/questions.ts";
import { idTagFieldsOf } from "../../datapoints/idTagFields.ts";
import { objectSchema } from "../../datapoints/commandSchema.ts";
import { placeFrom } from "../keptQueries.ts";
import { ok, refused, type ApiRequest, type ApiSurroundings, type Endpoint, type Reply } from "../endpoint.ts";
import type { DecisionsView, IdTagsView, PointsView, TrialQuestion } from "../siteShapes.ts";

const MOST = 200;
const DEFAULT = 100;
/** Lines of the point list in one page: they are made, not read. */
const POINTS = 1000;

const list = { type: "array" };
const text = { type: "string" };
const flag = { type: "boolean" };
const integer = { type: "integer" };
const limit = { type: "integer", minimum: 1, maximum: MOST, description: `${DEFAULT} when left out` };
const chargePoint = { type: "string", minLength: 1, maxLength: 255, description: "Identity of a charge point" };
const object = (properties: object) => ({ type: "object", properties });

const rulesAndDecisions: readonly Endpoint[] = [
  {
    method: "GET",
    path: "/api/rules",
    summary: "The rules in use, and the rules files as they were last read with what is wrong in them",
    role: "engineer",
    answer: object({ loadedAt: integer, error: text, rules: list, ruleCount: integer, files: list, faults: list }),
    handle: async (_, { ask }) => ok(await ask("rules")),
  },
  {
    method: "POST",
    path: "/api/rules/try",
    summary: "What the rules in use would answer and why; only the list of id tags is asked, and nothing comes of it",
    role: "engineer",
    body: objectSchema(
      { action: { enum: decidedActions }, chargePointId: chargePoint },
      {
        connectorId: { type: "integer", minimum: 0, maximum: 2_147_483_647 },
        idTag: { type: "string", maxLength: 255 },
        payload: { type: "object", description: "Other fields of the request" },
      },
    ),
    answer: object({ answer: object({}), source: text, rule: text, asked: list, reason: text, explained: list }),
    handle: tryRules,
  },
  {
    method: "GET",
    path: "/api/decisions",
    summary:
      "How questions of charge points were decided, the newest first; a page may be short though `next` is there",
    role: "operator",
    query: {
      chargePoint,
      before: { type: "string", maxLength: 40, description: "The `next` of the page before" },
      limit,
    },
    answer: object({ isKept: flag, decisions: list, next: text }),
    handle: readDecisions,
  },
  {
    method: "GET",
    path: "/api/decisions/pending",
    summary: "Questions that wait for SCADA; the command answerDecision answers one",
    role: "operator",
    answer: object({ questions: list }),
    handle: async (_, { ask }) => ok({ questions: await ask("pending") }),
  },
];

export const site: readonly Endpoint[] = [
  ...rulesAndDecisions,
  {
    method: "GET",
    path: "/api/id-tags",
    summary: "The list of id tags in the order of the alphabet",
    role: "operator",
    query: {
      beginning: { type: "string", maxLength: 20, description: "How they begin, in whatever case" },
      after: { type: "string", maxLength: 20, description: "The `next` of the page before" },
      limit,
    },
    answer: object({ entries: list, next: text, count: integer }),
    handle: readIdTags,
  },
  {
    method: "GET",
    path: "/api/users",
    summary: "Who may log in, and as what; nothing of their passwords",
    role: "administrator",
    answer: object({ users: list }),
    handle: async (_, { ask }) => ok({ users: await ask("users") }),
  },
  {
    method: "GET",
    path: "/api/certificates",
    summary:
      "Certificates of OPC UA applications: its own, those that are trusted, their issuers, those that were rejected",
    role: "administrator",
    answer: object({ certificates: list }),
    handle: async (_, { ask }) => ok({ certificates: await ask("certificates") }),
  },
  {
    method: "GET",
    path: "/api/clients",
    summary: "OPC UA clients that have a session: who, from where, how it is secured, what it monitors",
    role: "administrator",
    answer: object({ clients: list }),
    handle: async (_, { ask }) => ok({ clients: await ask("clients") }),
  },
  {
    method: "GET",
    path: "/api/datapoints",
    summary:
      "The point list of OPC UA: of the whole site, where <id>, <n> and <key> stand for a charge point, a connector and a configuration key, or of one charge point",
    role: "observer",
    query: { chargePoint, from: { type: "integer", minimum: 0, description: "The `next` of the page before" } },
    answer: object({ points: list, next: integer }),
    handle: readPoints,
  },
  {
    method: "GET",
    path: "/api/datapoints.csv",
    summary: "The same as a file",
    role: "observer",
    query: { chargePoint },
    answerType: "text/csv",
    answer: text,
    handle: downloadPoints,
  },
];

async function tryRules({ body }: ApiRequest, { ask }: ApiSurroundings): Promise<Reply> {
  const question = body as TrialQuestion;
  if (isTooDeep(question.payload)) return refused(400, "it is nested too deeply", "/payload");
  return ok(await ask("tryRules", question));
}

async function readDecisions({ query }: ApiRequest, { ask }: ApiSurroundings): Promise<Reply> {
  const { chargePoint: chargePointId, before } = query;
  const place = before === undefined ? undefined : placeFrom(String(before));
  if (before !== undefined && place === undefined) return refused(400, "before must be the `next` of a page");
  const page = await ask("decisions", {
    chargePointId: chargePointId === undefined ? undefined : String(chargePointId),
    before: place,
    limit: Number(query["limit"] ?? DEFAULT),
  });
  if (page === undefined) return ok({ isKept: false, decisions: [] } satisfies DecisionsView);
  const { decisions, next } = page;
  const view: DecisionsView = {
    isKept: true,
    decisions,
    ...(next !== undefined && { next: `${next.at}.${next.number}` }),
  };
  return ok(view);
}

async function readIdTags({ query }: ApiRequest, { ask }: ApiSurroundings): Promise<Reply> {
  const most = Number(query["limit"] ?? DEFAULT);
  const textOf = (name: string): string => String(query[name] ?? "");
  const wanted = { beginning: textOf("beginning"), after: textOf("after"), limit: most + 1 };
  const { page, count } = await ask("idTags", wanted);
  if ("fault" in page) return refused(503, page.fault);
  const entries = page.answer.slice(0, most).map(idTagFieldsOf);
  const last = page.answer.length > most ? entries.at(-1)?.idTag : undefined;
  return ok({ entries, count, ...(last !== undefined && { next: last }) } satisfies IdTagsView);
}

async function readPoints({ query }: ApiRequest, { ask }: ApiSurroundings): Promise<Reply> {
  const points = await pointsOf(query, ask);
  if ("status" in points) return points;
  const from = Number(query["from"] ?? 0);
  const to = from + POINTS;
  const page: PointsView = { points: points.slice(from, to), ...(to < points.length && { next: to }) };
  return ok(page);
}

async function downloadPoints({ query }: ApiRequest, { ask }: ApiSurroundings): Promise<Reply> {
  const points = await pointsOf(query, ask);
  return "status" in points ? points : ok({ text: pointListCsv(points), fileName: "point-list.csv" });
}

async function pointsOf(
  { chargePoint: id }: ApiRequest["query"],
  ask: ApiSurroundings["ask"],
): Promise<readonly Point[] | Reply> {
  if (id === undefined) return pointList(await ask("vendorDatapoints"));
  const found = await ask("pointOwner", String(id));
  if (found === undefined) return refused(404, `no charge point ${JSON.stringify(String(id).slice(0, 50))} is known`);
  return pointsOfChargePoint(found.owner, found.vendor);
}
