// A recorded conversation as lines with a meaning each; the format stands in README.md of this folder. It plays nothing.

export type Line = { readonly number: number } & (
  | { readonly kind: "sends"; readonly text: string }
  | { readonly kind: "receives"; readonly frame: unknown }
  | {
      readonly kind: "shows";
      readonly path: string;
      readonly value: unknown;
      readonly quality: string;
      /** Of the source timestamp; undefined where it does not matter. */
      readonly time: string | undefined;
    }
  | { readonly kind: "commands"; readonly action: string; readonly request: Readonly<Record<string, unknown>> }
  | {
      readonly kind: "ends";
      readonly status: string;
      /** As OCPP spells it; undefined where it does not matter. */
      readonly response: Readonly<Record<string, unknown>> | undefined;
    }
  | { readonly kind: "happens"; readonly what: Happening; readonly text: string }
);

export interface Trace {
  /** File name without its ending; also the identity of its charge point. */
  readonly name: string;
  /** The first line: `Behaviour 13: …`. */
  readonly title: string;
  /** Beside its id, of the charge point in the settings. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly lines: readonly Line[];
}

const happenings = ["connect", "disconnect", "closed", "restart"] as const;
type Happening = (typeof happenings)[number];

const SHOWS = /^(?<path>\S+) (?<value>.+?)(?: (?<quality>(?:Good|Uncertain|Bad)\w*))?(?: (?<time>\$now\S*))?$/u;

export function parseTrace(name: string, text: string): Trace {
  const [title = "", ...rest] = text.split("\n");
  if (!title.startsWith("# ")) throw new Error(`${name}: must begin with "# " and what it is about`);
  let settings = {};
  const lines: Line[] = [];
  for (const [index, line] of rest.entries()) {
    if (line.trim() === "" || line.startsWith("#")) continue;
    const number = index + 2;
    const about = line.slice(2);
    if (line.startsWith("@ settings ")) settings = JSON.parse(about.slice("settings ".length)) as object;
    else lines.push({ number, ...parseLine(line.slice(0, 2), about, `${name}:${number}`) });
  }
  return { name, title: title.slice(2), settings, lines };
}

type Said = Line extends infer One ? (One extends Line ? Omit<One, "number"> : never) : never;

function parseLine(mark: string, about: string, place: string): Said {
  switch (mark) {
    case "> ":
      return { kind: "sends", text: about };
    case "< ":
      return { kind: "receives", frame: JSON.parse(about) };
    case "= ":
      return parseShown(about, place);
    case "! ": {
      const [action, request = "{}"] = splitOnce(about);
      return { kind: "commands", action, request: JSON.parse(request) };
    }
    case "? ": {
      const [status, response] = splitOnce(about);
      return { kind: "ends", status, response: response === undefined ? undefined : JSON.parse(response) };
    }
    case "@ ": {
      const [word, text = ""] = splitOnce(about);
      const what = happenings.find((known) => known === word);
      if (what !== undefined) return { kind: "happens", what, text };
    }
  }
  throw new Error(`${place}: cannot be read: ${mark}${about}`);
}

function parseShown(about: string, place: string): Said {
  const { path, value, quality = "Good", time } = SHOWS.exec(about)?.groups ?? {};
  if (path === undefined || value === undefined) throw new Error(`${place}: must be PATH VALUE [QUALITY] [TIME]`);
  return { kind: "shows", path, value: JSON.parse(value), quality, time };
}

function splitOnce(text: string): readonly [string, string | undefined] {
  const blank = text.indexOf(" ");
  return blank < 0 ? [text, undefined] : [text.slice(0, blank), text.slice(blank + 1)];
}
