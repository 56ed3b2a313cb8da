// Which part of a file a request asks for (RFC 9110 §14), so that a download can be resumed. Pure.

export type Part =
  | { readonly kind: "whole" }
  /** Both inclusive. */
  | { readonly kind: "range"; readonly first: number; readonly last: number }
  | { readonly kind: "unsatisfiable" };

const whole: Part = { kind: "whole" };

/** One range of bytes; what is no such range is ignored (RFC 9110 §14.2), several are answered with the whole. */
export function partOfFile(range: string | undefined, bytes: number): Part {
  const [, from, to] = /^bytes=\s*(\d{0,15})\s*-\s*(\d{0,15})\s*$/iu.exec(range ?? "") ?? [];
  if (from === undefined || to === undefined || (from === "" && to === "")) return whole;
  if (from === "") {
    const length = Math.min(Number(to), bytes);
    return length === 0 ? { kind: "unsatisfiable" } : { kind: "range", first: bytes - length, last: bytes - 1 };
  }
  const first = Number(from);
  const last = to === "" ? bytes - 1 : Math.min(Number(to), bytes - 1);
  if (to !== "" && Number(to) < first) return whole;
  return first < bytes ? { kind: "range", first, last } : { kind: "unsatisfiable" };
}
