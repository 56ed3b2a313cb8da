// What a host of the settings means, without asking any name server.
import { BlockList, isIPv4, isIPv6 } from "node:net";

const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8, "ipv4"); // RFC 1122 §3.2.1.3
loopback.addAddress("::1", "ipv6"); // RFC 4291 §2.5.3

/** Whether a host is certainly reached from this machine only; of names this is known of `localhost` alone (RFC 6761 §6.3). */
export function isLoopback(host: string): boolean {
  if (isIPv4(host)) return loopback.check(host, "ipv4");
  return isIPv6(host) ? loopback.check(host, "ipv6") : host.toLowerCase() === "localhost";
}

/** Whether one port cannot be opened on both. */
export function overlap(a: string, b: string): boolean {
  if (isWildcard(a) || isWildcard(b)) return true;
  return (
    a.toLowerCase() === b.toLowerCase() ||
    (isLoopback(a) && isLoopback(b) && [a, b].some((host) => host === "localhost"))
  );
}

/** Whether a host stands for every interface and so is no address that anybody could dial. */
export function isWildcard(host: string): boolean {
  return host === "0.0.0.0" || host === "::";
}
