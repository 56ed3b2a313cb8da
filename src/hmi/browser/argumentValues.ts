// What is written into a form, as the payload of a method. Pure. Whether it fits OCPP is judged by the bridge.
import type { ArgumentView, Refusal } from "../shapes.ts";
import { text } from "./texts.ts";

type Payload = Readonly<Record<string, unknown>>;

/** The payload of what is written, by field; or what cannot be read, with its field. Empty ones are left out. */
export function readArguments(
  described: readonly ArgumentView[],
  written: Readonly<Record<string, string>>,
): { readonly payload: Payload } | Refusal {
  const payload: Record<string, unknown> = {};
  for (const argument of described) {
    const value = written[argument.field] ?? "";
    if (value === "") continue;
    const read = readArgument(argument, value);
    if ("error" in read) return { error: read.error, at: argument.name };
    payload[argument.field] = read.value;
  }
  return { payload };
}

type Read = { readonly value: unknown } | { readonly error: string };

function readArgument(argument: ArgumentView, written: string): Read {
  if (argument.isJson) return readJson(written);
  if (!argument.isList) return readScalar(argument, written);
  const lines = written
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  const read = lines.map((line) => readScalar(argument, line));
  return read.find((each) => "error" in each) ?? { value: read.map((each) => (each as { value: unknown }).value) };
}

function readScalar({ type, members }: ArgumentView, written: string): Read {
  if (members !== undefined || type === "String") return { value: written };
  if (type === "Boolean")
    return written === "true" || written === "false"
      ? { value: written === "true" }
      : { error: text("form.noBoolean") };
  if (type === "DateTime") {
    const at = Date.parse(written);
    return Number.isNaN(at) ? { error: text("form.noTime") } : { value: `${new Date(at).toISOString().slice(0, 19)}Z` };
  }
  return readNumber(written.trim());
}

/** Decimals stand behind a point or a comma, whatever the language; `1,500` could be either of two numbers, and is none. */
function readNumber(written: string): Read {
  if (/^[+-]?[1-9]\d{0,2}[.,]\d{3}$/u.test(written)) {
    const [whole = "", decimals = ""] = written.split(/[.,]/u);
    return { error: text("form.twoNumbers", { whole: whole + decimals, decimal: `${whole}.${decimals}0` }) };
  }
  const value = /^[+-]?\d+(?:[.,]\d+)?$/u.test(written) ? Number(written.replace(",", ".")) : Number.NaN;
  return Number.isFinite(value) ? { value } : { error: text("form.noNumber") };
}

function readJson(written: string): Read {
  try {
    return { value: JSON.parse(written) as unknown };
  } catch (error) {
    return { error: text("form.noJson", { reason: error instanceof Error ? error.message : String(error) }) };
  }
}
