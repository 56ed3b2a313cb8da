// The identity of a charge point from the URL that it dials (OCPP-J 1.6 §3.1.1). Pure; knows no charge points.

export type ParsedIdentity =
  | { readonly kind: "identity"; readonly identity: string }
  | { readonly kind: "hostile"; readonly reason: string };

// Control, format, private and unassigned characters, line and paragraph separators: nothing that could be read in a list.
const UNREADABLE = /[\p{C}\p{Zl}\p{Zp}]/u;

/**
 * The last segment of the path, percent-decoded; any prefix, trailing slashes and the query do not matter.
 * `maxLength` counts UTF-16 units, as the settings do.
 */
export function parseIdentity(url: string, maxLength: number): ParsedIdentity {
  const path = url.replace(/[?#].*$/s, "");
  const segment = path.split("/").findLast((each) => each !== "") ?? "";
  let identity: string;
  try {
    identity = decodeURIComponent(segment);
  } catch {
    return hostile("the percent-encoding of the identity is broken");
  }
  const flaw = identity === "" ? "the URL ends without an identity" : identityFlaw(identity, maxLength);
  return flaw === undefined ? { kind: "identity", identity } : hostile(flaw);
}

/** Why no charge point may have this identity; undefined when one may. */
export function identityFlaw(identity: string, maxLength: number): string | undefined {
  if (identity === "") return "the identity is empty";
  if (identity.length > maxLength) return `the identity is longer than ${maxLength} characters`;
  if (UNREADABLE.test(identity)) return "the identity contains unreadable characters";
  if (identity.trim() !== identity) return "the identity begins or ends with a blank";
  if (identity.split(/[/\\]/).some((part) => part === "." || part === ".."))
    return "the identity contains a path segment . or ..";
  return undefined;
}

function hostile(reason: string): ParsedIdentity {
  return { kind: "hostile", reason };
}
