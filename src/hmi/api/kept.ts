// What has been kept, a page at a time: transactions with the decisions behind them, and messages. Read on threads of their own.
import type { Answered, ExchangePageQuery } from "../../twin/keptPages.ts";
import { ok, okText, refused, type ApiRequest, type ApiSurroundings, type Endpoint, type Reply } from "../endpoint.ts";
import {
  exchangeQueryOf,
  messageParameters,
  placeFrom,
  transactionFilterOf,
  transactionParameters,
} from "../keptQueries.ts";

const MOST = 200;
const DEFAULT = 100;

const limit = { type: "integer", minimum: 1, maximum: MOST, description: `${DEFAULT} when left out` };
const list = { type: "array" };

export const kept: readonly Endpoint[] = [
  {
    method: "GET",
    path: "/api/transactions",
    summary: "Transactions of the ledger, the newest first; a page may be short though `next` says that there are more",
    role: "operator",
    query: {
      ...transactionParameters,
      before: { type: "integer", minimum: 1, description: "The `next` of the page before" },
      limit,
    },
    answer: { type: "object", properties: { transactions: list, next: { type: "integer" } } },
    handle: readTransactions,
  },
  {
    method: "GET",
    path: "/api/transactions/{id}",
    summary: "One transaction, with how its Authorize, StartTransaction and StopTransaction were decided",
    role: "operator",
    answer: { type: "object", properties: { transaction: { type: "object" }, decisions: list } },
    handle: readTransaction,
  },
  {
    method: "GET",
    path: "/api/messages",
    summary: "Messages with their answers, the newest first; with `after` what was kept since, to follow them live",
    role: "operator",
    query: {
      ...messageParameters,
      before: { type: "string", maxLength: 40, description: "`at.number` of the `next` of the page before" },
      after: { type: "integer", minimum: 0, description: "The `newest` of the page before" },
      limit,
    },
    answer: { type: "object", properties: { kept: { enum: ["off", "errors", "all"] }, page: { type: "object" } } },
    handle: readMessages,
  },
];

async function readTransactions({ query }: ApiRequest, { ask }: ApiSurroundings): Promise<Reply> {
  const filter = transactionFilterOf(query);
  if (typeof filter === "string") return refused(400, filter);
  const before = query["before"] === undefined ? undefined : Number(query["before"]);
  const page = await ask("transactions", { ...filter, before, limit: Number(query["limit"] ?? DEFAULT) });
  return answered(page, okText);
}

async function readTransaction({ path: { id = "" } }: ApiRequest, { ask }: ApiSurroundings): Promise<Reply> {
  const unknown = refused(404, `there is no transaction ${JSON.stringify(id.slice(0, 20))}`);
  if (!/^\d{1,10}$/u.test(id)) return unknown;
  return answered(await ask("transaction", Number(id)), (found) => (found === undefined ? unknown : ok(found)));
}

async function readMessages({ query }: ApiRequest, { ask }: ApiSurroundings): Promise<Reply> {
  const wanted = exchangeQueryOf(query);
  if (typeof wanted === "string") return refused(400, wanted);
  const { before, after } = query;
  const place = before === undefined ? undefined : placeFrom(String(before));
  if (before !== undefined && place === undefined)
    return refused(400, "before must be the place of a message, at.number");
  if (before !== undefined && after !== undefined) return refused(400, "before and after exclude each other");
  const asked: ExchangePageQuery = {
    ...wanted,
    before: place,
    after: after === undefined ? undefined : Number(after),
    limit: Number(query["limit"] ?? DEFAULT),
  };
  const messages = await ask("messages", asked);
  return answered(messages.page, (page) => okText(`{"kept":${JSON.stringify(messages.kept)},"page":${page}}`));
}

function answered<T>(read: Answered<T>, reply: (answer: T) => Reply): Reply {
  return "fault" in read ? refused(503, read.fault) : reply(read.answer);
}
