// A part of the encode step of the road out: commands that move files get the URL of the built-in target where none is given.
// It sends nothing and moves no file.
import type { FileTarget, Way } from "../files/target.ts";
import type { CommandOutcome, Payload } from "../twin/commands.ts";
import type { OutgoingRequest, RoadOut } from "./roadOut.ts";

/** What a charge point has said of itself by the key SupportedFileTransferProtocols (OCPP 1.6 §9.1.24); undefined when unknown. */
type Protocols = string | undefined;

/** A field that breaks a rule, as CommandOutcome `invalid` tells it. */
export interface LocationFault {
  readonly path: string;
  readonly text: string;
}

interface Wanted {
  readonly action: string;
  readonly payload: Payload;
  readonly chargePointId: string;
}

/** Where the location of an action stands, and what it is for. */
interface Place {
  /** The object that holds it; the request itself where absent. */
  readonly inside?: string;
  readonly field: string;
  readonly way: "diagnostics" | "log" | "firmware";
  /** From when on it is needed. */
  readonly from?: string;
}

const places: Readonly<Record<string, Place>> = {
  GetDiagnostics: { field: "location", way: "diagnostics" },
  GetLog: { inside: "log", field: "remoteLocation", way: "log" },
  UpdateFirmware: { field: "location", way: "firmware", from: "retrieveDate" },
  SignedUpdateFirmware: { inside: "firmware", field: "location", way: "firmware", from: "retrieveDateTime" },
};

/** OCPP 1.6 §9.1: the key by its name in lower case. */
const PROTOCOLS_KEY = "supportedfiletransferprotocols";

/** The request with the URLs that it needs, or why it cannot be sent. */
export async function locate(
  { house, files }: Pick<RoadOut, "house" | "files">,
  chargePointId: string,
  request: OutgoingRequest,
): Promise<OutgoingRequest | CommandOutcome> {
  const protocols = house.twins.get(chargePointId)?.configuration?.get(PROTOCOLS_KEY)?.value;
  const filled = await fillLocations(files?.(), { ...request, chargePointId }, protocols);
  return "payload" in filled ? { ...request, payload: filled.payload } : { kind: "invalid", ...filled };
}

const SCHEME = /^[a-z][a-z0-9+.-]*:/iu;

/**
 * The payload with the URL filled in: for an upload where the location is the empty text, for firmware where it is the bare
 * name of a file. Anything else is left as it is, also what the schema is going to refuse.
 */
export async function fillLocations(
  files: FileTarget | undefined,
  { action, payload, chargePointId }: Wanted,
  protocols: Protocols,
): Promise<{ readonly payload: Payload } | LocationFault> {
  const place = Object.hasOwn(places, action) ? places[action] : undefined;
  const holder = place?.inside === undefined ? payload : payload[place.inside];
  if (files === undefined || place === undefined || !isObject(holder)) return { payload };
  const { inside, field, way } = place;
  const location = holder[field];
  const isWanted = way === "firmware" ? typeof location === "string" && !SCHEME.test(location) : location === "";
  if (!isWanted) return { payload };
  const path = inside === undefined ? field : `${inside}.${field}`;
  if (location === "" && way === "firmware")
    return { path, text: "must be a URL or the name of a file in the folder firmware of files.directory" };
  const by = wayOf(files, protocols);
  if (typeof by !== "string") return { path, ...by };
  let url: string;
  if (way === "firmware") {
    const found = await files.downloadUrl(chargePointId, String(location), timeOf(holder[place.from ?? ""]), by);
    if ("problem" in found) return { path, text: found.problem };
    ({ url } = found);
  } else url = files.uploadUrl(chargePointId, way, by);
  const filled = { ...holder, [field]: url };
  return { payload: inside === undefined ? filled : { ...payload, [inside]: filled } };
}

/** HTTP before FTP, which sends all in the clear; HTTPS counts as HTTP: which of them the target speaks is the choice of the settings. */
function wayOf({ ftpUrl }: FileTarget, protocols: Protocols): Way | { readonly text: string } {
  const known = protocols?.split(",").map((protocol) => protocol.trim().toUpperCase()) ?? [];
  const named = known.filter((protocol) => protocol !== "");
  if (named.length === 0 || named.includes("HTTP") || named.includes("HTTPS")) return "http";
  if (named.includes("FTP") && ftpUrl !== undefined) return "ftp";
  const others = ftpUrl === undefined ? "HTTP" : "HTTP and FTP";
  const advice = named.includes("FTP") ? " (files.ftp of the settings would add FTP)" : "";
  const text = `must be a URL: the charge point moves files by ${protocols} alone, the built-in target by ${others}${advice}`;
  return { text };
}

function timeOf(value: unknown): number | undefined {
  const at = typeof value === "string" ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
