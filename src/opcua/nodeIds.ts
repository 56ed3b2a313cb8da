// The strings of our NodeIds: `<id>`, `<id>/<path>`, `<id>/Connector<n>/<path>`; in `<id>`, `%` and `/` are written %25 and %2F.
// One node has exactly one such string: whatever is not spelt canonically names nothing.

/** The folder of all charge points. Strings that begin with a slash are nodes of the site itself. */
export const CHARGE_POINTS = "/ChargePoints";
/** The object that shows the bridge itself. */
export const BRIDGE = "/Bridge";
/** The list of id tags. */
export const ID_TAGS = "/IdTags";
/** By which SCADA decides. */
export const DECISIONS = "/Decisions";

export interface Address {
  /** OCPP identity. */
  readonly id: string;
  /** 0 is the charge point itself. */
  readonly connector: number;
  /** Below the charge point or connector; empty for itself. */
  readonly path: string;
}

/** An OCPP identity as it stands in NodeIds. */
export function encodeId(id: string): string {
  return id.replaceAll("%", "%25").replaceAll("/", "%2F");
}

/** The identity that is written so; undefined when nothing is written so. */
export function decodeId(encoded: string): string | undefined {
  if (!encoded.includes("%")) return encoded === "" ? undefined : encoded;
  const id = encoded.replaceAll("%2F", "/").replaceAll("%25", "%");
  return encodeId(id) === encoded ? id : undefined;
}

const CONNECTOR = /^Connector([1-9]\d{0,4})(?:\/(.+))?$/u;

/** Takes a NodeId string apart; undefined when it cannot be one of a charge point. */
export function parseAddress(text: string): Address | undefined {
  const slash = text.indexOf("/");
  const id = decodeId(slash < 0 ? text : text.slice(0, slash));
  if (id === undefined) return undefined;
  if (slash < 0) return { id, connector: 0, path: "" };
  const path = text.slice(slash + 1);
  if (path === "") return undefined;
  const match = path.startsWith("Connector") ? CONNECTOR.exec(path) : null;
  if (match === null) return { id, connector: 0, path };
  return { id, connector: Number(match[1]), path: match[2] ?? "" };
}

/** The NodeId string of a place below a charge point. */
export function formatAddress(encodedId: string, connector: number, path: string): string {
  const owner = connector === 0 ? encodedId : `${encodedId}/Connector${connector}`;
  return path === "" ? owner : `${owner}/${path}`;
}
