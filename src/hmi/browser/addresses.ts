// The addresses of the page's own pages: how they are made and what they say. Pure.

/** The parts of the path that stand for `:name` in the pattern; undefined when it does not fit. */
export function match(pattern: string, path: string): Readonly<Record<string, string>> | undefined {
  const wanted = pattern.split("/");
  const parts = path.split("/");
  if (wanted.length !== parts.length) return undefined;
  const found: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const actual = parts[index] ?? "";
    if (!part.startsWith(":")) {
      if (part !== actual) return undefined;
      continue;
    }
    const value = decoded(actual);
    if (value === undefined || value === "") return undefined;
    found[part.slice(1)] = value;
  }
  return found;
}

/** The address of a charge point, or of one of its connectors. */
export function addressOf(chargePointId: string, connectorId?: number): string {
  const ofChargePoint = `/charge-points/${encodeURIComponent(chargePointId)}`;
  return connectorId === undefined ? ofChargePoint : `${ofChargePoint}/connectors/${connectorId}`;
}

function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}
