// JSON Pointer (RFC 6901): a place in a JSON value. Total; it reads own fields only, so that no key leads to a prototype.

const INDEX = /^(?:0|[1-9]\d{0,8})$/u;

/** What stands at `pointer`; undefined, which no JSON value is, where there is nothing. */
export function valueAt(value: unknown, pointer: string): unknown {
  let here = value;
  for (const token of pointer.split("/").slice(1)) {
    const key = token.replaceAll("~1", "/").replaceAll("~0", "~");
    if (typeof here !== "object" || here === null) return undefined;
    if (Array.isArray(here) ? !INDEX.test(key) : !Object.hasOwn(here, key)) return undefined;
    here = (here as Readonly<Record<string, unknown>>)[key];
  }
  return here;
}
