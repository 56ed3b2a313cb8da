// Whether an address leads to this machine: whoever makes load or faults must not make them for somebody else by a slip of the keyboard.
import { lookup } from "node:dns/promises";
import { BlockList, isIP, isIPv4, isIPv6 } from "node:net";
import { networkInterfaces } from "node:os";
import { isLoopback } from "../settings/hosts.ts";

/** What this machine knows of names and of itself; tests put others in. */
export interface Surroundings {
  /** All addresses of a name; rejects where there is none. */
  readonly resolve: (name: string) => Promise<readonly string[]>;
  /** Addresses of this machine's interfaces. */
  readonly ownAddresses: () => readonly string[];
}

export const thisMachine: Surroundings = {
  resolve: async (name) => (await lookup(name, { all: true })).map(({ address }) => address),
  ownAddresses: () =>
    Object.values(networkInterfaces())
      .flatMap((each) => each ?? [])
      .map(({ address }) => address),
};

export type CheckedTarget = { readonly url: string } | { readonly refusal: string };

/**
 * The address to dial, or a sentence why not. Allowed is what leads to this machine, by every address that its name has, and the host that
 * `mine` names. A name is replaced by the address that has been looked at, so that the next look-up cannot lead elsewhere; under TLS it stays,
 * because the certificate is for the name.
 */
export async function checkTarget(
  text: string,
  mine?: string,
  { resolve, ownAddresses }: Surroundings = thisMachine,
): Promise<CheckedTarget> {
  const parsed = parseTarget(text);
  if (parsed === undefined) return { refusal: `${text} is no address such as ws://127.0.0.1:9000` };
  const { host, hasUserInfo, dial } = parsed;
  if (hasUserInfo) return { refusal: `${text} has a user name before its host, which is ${host}` };
  if (mine !== undefined && hostOf(mine) === host) return { url: dial(host) };
  const addresses = isIP(host) === 0 ? await resolve(host).catch(() => []) : [host];
  // Most servers listen to IPv4, where a name such as localhost often has the other address first.
  const first = addresses.find((address) => isIPv4(address)) ?? addresses[0];
  if (first === undefined) return { refusal: `${host} has no address` };
  const own = listOf(ownAddresses());
  const foreign = addresses.find((address) => !isOwn(address, own));
  if (foreign === undefined) return { url: dial(/^(?:wss|https):/iu.test(text) ? host : first) };
  const what = foreign === host ? host : `${host} (${foreign})`;
  return { refusal: `${what} is not this machine; if it is yours, say so: --yes-this-is-mine ${host}` };
}

interface Parsed {
  /** In lower case, without brackets and without the dot of the root. */
  readonly host: string;
  readonly hasUserInfo: boolean;
  /** The whole address with another host. */
  readonly dial: (host: string) => string;
}

/** By the rules of http for every scheme: only those read decimal and hexadecimal addresses as what they are (WHATWG URL §4.5, host parser). */
function parseTarget(text: string): Parsed | undefined {
  const [, scheme = "", rest = ""] = /^([a-z][a-z0-9+.-]*):\/\/([^\s\\]+)$/iu.exec(text) ?? [];
  if (rest === "" || rest.startsWith("/") || !URL.canParse(`http://${rest}`)) return undefined;
  const { hostname, username, password, pathname, search } = new URL(`http://${rest}`);
  // The parser leaves the port out where it is that of http.
  const port = /:(\d+)$/u.exec(rest.split(/[/?#]/u)[0] ?? "")?.[1];
  return {
    host: withoutDecoration(hostname),
    hasUserInfo: username !== "" || password !== "" || rest.split(/[/?#]/u)[0]?.includes("@") === true,
    dial: (host) => {
      const bracketed = isIPv6(host) ? `[${host}]` : host;
      const path = pathname === "/" ? "" : pathname;
      return `${scheme.toLowerCase()}://${bracketed}${port === undefined ? "" : `:${port}`}${path}${search}`;
    },
  };
}

/** A host as somebody has typed it, in the spelling in which hosts are compared; undefined: it is none. */
function hostOf(typed: string): string | undefined {
  const url = `http://${isIPv6(typed) ? `[${typed}]` : typed}`;
  if (/[/@?#\s\\]/u.test(typed) || (typed.includes(":") && !isIPv6(typed)) || !URL.canParse(url)) return undefined;
  return withoutDecoration(new URL(url).hostname);
}

function withoutDecoration(hostname: string): string {
  return hostname
    .replace(/^\[|\]$/gu, "")
    .replace(/\.$/u, "")
    .toLowerCase();
}

function listOf(addresses: readonly string[]): BlockList {
  const list = new BlockList();
  for (const address of addresses) list.addAddress(address, isIPv6(address) ? "ipv6" : "ipv4");
  return list;
}

/** An IPv4 address in IPv6 clothes (RFC 4291 §2.5.5.2) is judged as what it is. */
function isOwn(address: string, own: BlockList): boolean {
  return isLoopback(address) || own.check(address, isIPv6(address) ? "ipv6" : "ipv4");
}
