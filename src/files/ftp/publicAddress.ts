// The address that PASV tells (RFC 959 §4.1.2), which can be an IPv4 address only. It answers nobody.
import { lookup } from "node:dns/promises";
import { isIPv4, isIPv6 } from "node:net";
import type { Clock } from "../../std/clock.ts";
import { isLoopback } from "../../settings/hosts.ts";
import { plainAddress } from "../plainAddress.ts";

const LONGEST_LOOK_UP_MS = 2000;

/** Where a client is to connect for data; undefined where it came by IPv6, which PASV cannot say. */
export async function publicAddress(
  clock: Clock,
  publicHost: string | undefined,
  localAddress: string | undefined,
): Promise<string | undefined> {
  const local = plainAddress(localAddress);
  if (!isIPv4(local)) return undefined;
  if (publicHost === undefined || isIPv4(publicHost)) return publicHost ?? local;
  const found = isIPv6(publicHost) ? undefined : await within(clock, lookup(publicHost, { family: 4 }));
  // Many systems know their own name as an address of loopback, which is of no use to others.
  return found === undefined || (isLoopback(found.address) && !isLoopback(local)) ? local : found.address;
}

/** What is found in time; name servers that do not answer must not keep a charge point waiting. */
async function within<T>(clock: Clock, wanted: Promise<T>): Promise<T | undefined> {
  const late = Promise.withResolvers<undefined>();
  const timer = clock.after(LONGEST_LOOK_UP_MS, () => late.resolve(undefined));
  try {
    return await Promise.race([wanted, late.promise]);
  } catch {
    return undefined;
  } finally {
    timer.cancel();
  }
}
