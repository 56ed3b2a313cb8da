// An entry of the list of id tags as fields, spelt and typed as OCPP spells them, and back. Whoever types, calls or imports one is told the same.
import { isDateTime } from "../schema/dateTime.ts";
import { idTagKey, idTagStatuses, type IdTag } from "../twin/idTags.ts";

/** Fields as they come from outside; empty is the same as left out. */
export interface IdTagFields {
  readonly idTag: string;
  readonly status: string;
  /** RFC 3339, with its offset. */
  readonly expiryDate?: string | undefined;
  readonly parentIdTag?: string | undefined;
}

/** The same, all of them texts. */
export type IdTagTexts = Readonly<Record<keyof IdTagFields, string>>;

/** The field and the rule that it breaks. */
export interface IdTagFlaw {
  readonly path: keyof IdTagFields;
  readonly text: string;
}

const TOKEN_RULE = "must have 1 to 20 printable ASCII characters, with no blank at either end (OCPP 1.6 §7.28)";
const LONGEST_SHOWN = 30;

/** The entry that the fields make, or the first flaw. */
export function readIdTag(fields: IdTagFields): IdTag | IdTagFlaw {
  const { idTag, expiryDate = "", parentIdTag = "" } = fields;
  if (idTagKey(idTag) === undefined) return { path: "idTag", text: TOKEN_RULE };
  const status = idTagStatuses.find((known) => known === fields.status);
  if (status === undefined) return { path: "status", text: textOfStatus(fields.status) };
  const expiresAt = readTime(expiryDate);
  if (typeof expiresAt === "string") return { path: "expiryDate", text: expiresAt };
  if (parentIdTag !== "" && idTagKey(parentIdTag) === undefined) return { path: "parentIdTag", text: TOKEN_RULE };
  return {
    idTag,
    status,
    ...(expiresAt !== undefined && { expiresAt }),
    ...(parentIdTag !== "" && { parentIdTag }),
  };
}

function textOfStatus(status: string): string {
  if (status === "ConcurrentTx") return "ConcurrentTx cannot be set: it is found out when a transaction starts";
  const shown = JSON.stringify(status.slice(0, LONGEST_SHOWN));
  return `must be one of ${idTagStatuses.join(", ")}, and is ${shown}`;
}

/** Epoch ms, whole seconds; a text says what is wrong. */
function readTime(text: string): number | undefined | string {
  if (text === "") return undefined;
  const at = isDateTime(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isFinite(at)) return "must be a time with its offset, such as 2026-12-31T22:59:59Z";
  // What clients send when they mean that there is none, such as the first moment that OPC UA knows, in 1601.
  return at >= 0 ? Math.floor(at / 1000) * 1000 : "must not be before 1970; it is left empty where there is none";
}

/** The fields of an entry; what it does not say is the empty text. */
export function idTagFieldsOf({ idTag, status, expiresAt, parentIdTag = "" }: IdTag): IdTagTexts {
  return { idTag, status, expiryDate: expiresAt === undefined ? "" : dateTimeOf(expiresAt), parentIdTag };
}

/** RFC 3339 in UTC without fractions, over which some charge points stumble. */
export function dateTimeOf(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}
