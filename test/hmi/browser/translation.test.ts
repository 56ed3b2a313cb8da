// Sentences of the bridge in another language, by templates: what fits is said, what does not is marked, and no text from outside is
// taken for the bridge's.
import { describe, expect, it } from "vitest";
import { remembering, translator } from "../../../src/hmi/browser/translation.ts";

const translate = translator({
  "log in first": "bitte anmelden",
  "no {thing} is known": "{thing} ist nicht bekannt",
  "{user} has the role {saidRole}": "die Rolle von {user} ist {saidRole}",
  "at most {most}, and is {value}": "höchstens {most} und ist {value}",
  "at most {most}": "höchstens {most}",
  "in the query {said}": "in der Abfrage: {said}",
  "{at} {said}": "{at} {said}",
  "{said} May be left empty.": "{said} Darf leer bleiben.",
  "{said}: not seen": "{said}: nicht gesehen",
  "{said}; {saidMore}": "{said}; {saidMore}",
  "{name} is no field of what was asked": "{name} gehört nicht zu dem, was gefragt war",
  "Over: {said}": "Vorbei: {said}",
  "Too hot": "Zu heiß",
  "Too hot; {told}": "Zu heiß; {told}",
  operator: "Bediener",
  "Kind of restart.": "Art des Neustarts.",
});
const german = (text: string) => ({ text, isForeign: false });
const english = (text: string) => ({ text, isForeign: true });

describe("a sentence of the bridge", () => {
  it.each([
    ["that stands in the table", "log in first", [german("bitte anmelden")]],
    ["with a value", "no CP 1 is known", [german("CP 1 ist nicht bekannt")]],
    ["whose value looks like a place", "no {thing} is known", [german("{thing} ist nicht bekannt")]],
    ["whose value looks like a pattern", "no $& is known", [german("$& ist nicht bekannt")]],
    ["by the template with the most words", "at most 5, and is 7", [german("höchstens 5 und ist 7")]],
    [
      "with a word of the bridge in it",
      "anna has the role operator",
      [german("die Rolle von anna ist "), german("Bediener")],
    ],
    ["with a sentence in it", "in the query log in first", [german("in der Abfrage: "), german("bitte anmelden")]],
    ["with an unknown one in it", "in the query oh dear", [german("in der Abfrage: "), english("oh dear")]],
    [
      "that ends as others do",
      "Kind of restart. May be left empty.",
      ["Art des Neustarts.", " Darf leer bleiben."].map(german),
    ],
    ["with a value in front", "/a at most 3", [german("/a "), german("höchstens 3")]],
  ])("%s", (_, sentence, pieces) => expect(translate(sentence)).toEqual(pieces));

  it.each([
    "E17; Fan",
    "log in first",
    "E17; log in first",
    "Too hot: not seen",
    "x is no field of what was asked",
    "a b; ",
  ])("leaves what another has told as it is: %j", (told) => {
    expect(translate(`Too hot; ${told}`)).toEqual([german(`Zu heiß; ${told}`)]);
    expect(translate(`Over: Too hot; ${told}`)).toEqual([german("Vorbei: "), german(`Zu heiß; ${told}`)]);
  });

  it.each(["oh dear", "", "May be left empty.", "a charge point's own words May be left empty.", "/a oh dear"])(
    "that nobody knows is none: %j",
    (sentence) => expect(translate(sentence)).toBeUndefined(),
  );

  it("is not looked through for ever, whatever it is", () => {
    const hostile = translator({ "{said}; {saidMore}": "{said}; {saidMore}", "{a}: {b}: {c}: {said}": "{said}" });
    expect(hostile("a: ".repeat(100_000))).toBeUndefined();
    expect(hostile(`${"; : ".repeat(900)}x`)).toBeUndefined();
  });
});

describe("what was said lately", () => {
  const asked: string[] = [];
  const counted = remembering((sentence) => {
    asked.push(sentence);
    return sentence === "oh dear" ? undefined : [german(sentence.toUpperCase())];
  }, 2);
  const said = (...sentences: readonly string[]) => {
    asked.length = 0;
    return sentences.map((sentence) => counted(sentence)?.[0]?.text);
  };

  it("is not looked for again, also where it is not known", () => {
    expect(said("a", "oh dear", "a", "oh dear")).toEqual(["A", undefined, "A", undefined]);
    expect(asked).toEqual(["a", "oh dear"]);
  });

  it("is forgotten for what is said later, the oldest first", () => {
    expect(said("b", "oh dear", "a")).toEqual(["B", undefined, "A"]);
    expect(asked).toEqual(["b", "a"]);
  });

  it("is not kept where it is too long", () => {
    const long = "a".repeat(4001);
    said(long, long);
    expect(asked).toEqual([long, long]);
  });
});
