// Settings that are described but that this version does not act upon: none is passed over in silence.
import type { Finding, Path, Severity } from "./finding.ts";

interface Row {
  /** `*` stands for every entry of a list. */
  readonly path: Path;
  /** Which values are concerned; all where absent. */
  readonly concerns?: (value: unknown) => boolean;
  /** `error` where it would be unsafe to go on without it. */
  readonly severity: Severity;
  readonly place: "key" | "value";
  readonly message: string;
}

const rows: readonly Row[] = [
  {
    path: ["cluster"],
    severity: "error",
    place: "key",
    message: "Clusters are not available in this version",
  },
];

/** What is written in `value` without effect; one finding a row, at the first place. Takes any value. */
export function findUnsupported(value: unknown): Finding[] {
  return rows.flatMap(({ path, concerns = () => true, severity, place, message }) => {
    const [first, ...others] = matches(value, path).filter((match) => concerns(match.value));
    if (first === undefined) return [];
    const more = others.length === 0 ? "" : ` (and ${others.length} more like it)`;
    return [{ path: first.path, severity, place, message: message + more }];
  });
}

interface Match {
  readonly path: Path;
  readonly value: unknown;
}

function matches(value: unknown, [segment, ...rest]: Path): Match[] {
  if (segment === undefined) return [{ path: [], value }];
  if (typeof value !== "object" || value === null) return [];
  const isList = Array.isArray(value);
  if (isList !== (segment === "*")) return [];
  const keys = isList ? Object.keys(value) : [segment].filter((key) => Object.hasOwn(value, key));
  return keys.flatMap((key) =>
    matches((value as Readonly<Record<string, unknown>>)[key], rest).map((match) => ({
      ...match,
      path: [key, ...match.path],
    })),
  );
}
