// The entries of the register that were kept, read back with care: whatever does not look like one is left out.
import { isObject } from "../std/isObject.ts";
import type { Log } from "../std/log.ts";
import type { KeptTerms } from "./register.ts";

/** `entries` are JSON by identity. */
export function entriesFrom(entries: ReadonlyMap<string, string>, log: Log): KeptTerms[] {
  return [...entries].flatMap(([id, text]) => {
    const entry = parse(text);
    if (isEntry(entry) && entry.id === id) return [entry];
    log.warn({ chargePoint: id }, "an entry of the register cannot be read and is left out");
    return [];
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isEntry(value: unknown): value is KeptTerms {
  if (!isObject(value)) return false;
  const { id, registration, connectors, ping, missingSubprotocol, highestProfile, ...secret } = value;
  return (
    typeof id === "string" &&
    [undefined, "Accepted", "Pending", "Rejected"].includes(registration as string | undefined) &&
    Number.isInteger(connectors) &&
    isSecret(secret) &&
    [undefined, 1, 2, 3].includes(highestProfile as number | undefined) &&
    typeof ping === "boolean" &&
    ["accept", "refuse"].includes(String(missingSubprotocol))
  );
}

function isSecret({ passwordHash, passwordBeforeHash, offeredHashes = [] }: Record<string, unknown>): boolean {
  return (
    [passwordHash, passwordBeforeHash].every(isOptionalText) &&
    Array.isArray(offeredHashes) &&
    offeredHashes.every(
      (each) => isObject(each) && typeof each["hash"] === "string" && isOptionalText(each["replaces"]),
    )
  );
}

function isOptionalText(value: unknown): boolean {
  return value === undefined || typeof value === "string";
}
