// Files that a charge point was told to send or to fetch. No credential is kept, nor what a signed URL is signed with.
import type { TransferCommanded } from "../events.ts";
import type { Twin } from "../twin.ts";
import { hideUrlSecrets } from "../urlSecrets.ts";

export function commandTransfer(twin: Twin, { type: _, topic, ...transfer }: TransferCommanded): Twin {
  const { fileName } = transfer;
  const location = hideUrlSecrets(withoutCredentials(transfer.location));
  const shown = { ...transfer, location, ...(fileName !== undefined && { fileName: hideUrlSecrets(fileName) }) };
  return { ...twin, transfers: { ...twin.transfers, [topic]: shown } };
}

/** Scheme, then what stands before the path (RFC 3986 §3.2). */
const AUTHORITY = /^([a-z][a-z\d+.-]*:)?\/\/([^/?#]*)/iu;
const HOST_AND_PORT = /^(?:\[[^\]@]*\]|[^:@[\]]*)(?::\d*)?$/u;

/** The URL without user and password. A password may hold a `/` that should have been escaped: then all up to the last `@` is left out. */
export function withoutCredentials(url: string): string {
  const [start, scheme = "", authority = ""] = AUTHORITY.exec(url) ?? [];
  const host = authority.slice(authority.lastIndexOf("@") + 1);
  if (start !== undefined && HOST_AND_PORT.test(host)) return `${scheme}//${host}${url.slice(start.length)}`;
  const at = url.lastIndexOf("@");
  return at < 0 ? url : `${scheme}${start === undefined ? "" : "//"}${url.slice(at + 1)}`;
}
