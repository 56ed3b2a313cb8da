// One file or more that break each rule of rules.ts, to prove that every rule can fail; and what the finding must say.

export interface BadExample {
  readonly rule: string;
  readonly files: Readonly<Record<string, string>>;
  /** Part of the finding's text. */
  readonly says: string;
}

const header = "// A bad example.\n";
const long = header + "const line = 1;\n".repeat(400);

export const badExamples: readonly BadExample[] = [
  {
    rule: "imports between folders go one way",
    files: { "src/opcua/a.ts": `${header}import { frame } from "../ocpp/frame.ts";` },
    says: "src/opcua/a.ts:2: imports src/ocpp/frame.ts, but src/opcua may import only",
  },
  {
    rule: "imports between folders go one way",
    files: { "src/twin/reduce/a.ts": `${header}import type { Settings } from "../../settings/settings.ts";` },
    says: "imports src/settings/settings.ts",
  },
  {
    rule: "imports between folders go one way",
    files: { "src/app/a.ts": `${header}const late = await import("../cli/main.ts");` },
    says: "imports src/cli/main.ts",
  },
  {
    rule: "imports between folders go one way",
    files: { "src/std/a.ts": `${header}export type Late = import("../twin/twin.ts").Twin;` },
    says: "imports src/twin/twin.ts",
  },
  {
    rule: "imports between folders go one way",
    files: { "src/domain/a.ts": `${header}import { clock } from "../std/clock.ts";` },
    says: "src/domain is not a room of the house",
  },
  {
    rule: "a package with a home is imported only there",
    files: { "src/app/a.ts": `${header}import { WebSocket } from "ws";` },
    says: "only src/ocpp may",
  },
  {
    rule: "a package with a home is imported only there",
    files: { "src/hmi/a.ts": `${header}import type { NodeId } from "node-opcua-nodeid";` },
    says: "only src/opcua may",
  },
  {
    rule: "the operator's page and the program share nothing but types",
    files: { "src/hmi/browser/a.tsx": `${header}import { roles } from "../../twin/commands.ts";` },
    says: "src/hmi/browser/a.tsx:2: imports src/twin/commands.ts",
  },
  {
    rule: "the operator's page and the program share nothing but types",
    files: { "src/hmi/browser/a.ts": `${header}import { readFileSync } from "node:fs";` },
    says: "imports node:fs",
  },
  {
    rule: "the operator's page and the program share nothing but types",
    files: { "src/hmi/server.ts": `${header}import type { Page } from "./browser/pages.ts";` },
    says: "imports src/hmi/browser/pages.ts",
  },
  {
    rule: "src imports nothing from outside src",
    files: { "src/app/a.ts": `${header}import { bridge } from "../../test/flow/bridge.ts";` },
    says: "imports test/flow/bridge.ts",
  },
  {
    rule: "files do not import each other in a circle",
    files: {
      "src/std/a.ts": `${header}import { b } from "./b.ts";`,
      "src/std/b.ts": `${header}import { c } from "./c.ts";`,
      "src/std/c.ts": `${header}import { a } from "./a.ts";`,
    },
    says: "imports itself by way of src/std/b.ts -> src/std/c.ts -> src/std/a.ts",
  },
  {
    rule: "no file only passes on what others export",
    files: { "src/std/a.ts": `${header}export * from "./clock.ts";` },
    says: "passes on *",
  },
  {
    rule: "no file only passes on what others export",
    files: { "src/std/a.ts": `${header}export { systemClock } from "./clock.ts";` },
    says: "passes on systemClock",
  },
  { rule: "no file is longer than 400 lines", files: { "src/std/a.ts": long }, says: "has 401 lines" },
  {
    rule: "half of the files have at most 100 lines",
    files: { "src/std/a.ts": long, "src/std/b.ts": long, "src/std/c.ts": header },
    says: "the median file has 401 lines",
  },
  {
    rule: "a file begins by saying what it is for",
    files: { "src/std/a.ts": "export const a = 1;\n" },
    says: "a header of 0 lines",
  },
  {
    rule: "a file begins by saying what it is for",
    files: { "src/cli/a.ts": `#!/usr/bin/env node\n${"// Much too much.\n".repeat(4)}\n` },
    says: "a header of 4 lines",
  },
  {
    rule: "files are named in camelCase, or exactly as the OCPP message that they hold",
    files: { "src/ocpp/Link.ts": header },
    says: "is named Link",
  },
  {
    rule: "a file that exports only a class bears its name",
    files: { "src/std/time.ts": `${header}export class Listener {}` },
    says: "call the file listener.ts",
  },
  { rule: "names say what a thing is", files: { "src/std/stringUtils.ts": header }, says: 'is called "Utils"' },
  {
    rule: "names say what a thing is",
    files: { "src/ocpp/a.ts": `${header}export class LinkManager {}` },
    says: "exports LinkManager",
  },
  {
    rule: "names say what a thing is",
    files: { "src/ocpp/a.ts": `${header}export interface ILink {}` },
    says: "exports ILink",
  },
  {
    rule: "names say what a thing is",
    files: { "src/ocpp/a.ts": `${header}export class BaseLink {}` },
    says: "exports BaseLink",
  },
  {
    rule: "names say what a thing is",
    files: { "src/ocpp/a.ts": `${header}export type PingService = { run(): void };` },
    says: "exports PingService",
  },
  {
    rule: "nothing promises later work",
    files: { "src/std/a.ts": `${header}// TODO: the rest` },
    says: "src/std/a.ts:2: says",
  },
  { rule: "nothing promises later work", files: { "src/std/a.ts": `${header}// enough for now` }, says: "says" },
  ...[
    "Date.now()",
    "new Date()",
    "Math.random()",
    "setTimeout(() => {}, 1)",
    "performance.now()",
    "process.env.HOME",
    "crypto.randomUUID()",
  ].map((expression) => ({
    rule: "pure folders have no clock, chance, timers or IO",
    files: { "src/twin/reduce/a.ts": `${header}export const a = () => ${expression};` },
    says: `src/twin/reduce/a.ts:2: uses ${expression.replace(/\(.+\)$|(?<!Date)\(\)$/, "").replace(/\.HOME$/, "")}`,
  })),
  {
    rule: "pure folders have no clock, chance, timers or IO",
    files: { "src/datapoints/a.ts": `${header}import { readFileSync } from "node:fs";` },
    says: "imports node:fs",
  },
  {
    rule: "every file is used",
    files: { "src/cli/main.ts": header, "src/std/a.ts": header },
    says: "src/std/a.ts: is imported by no file of src",
  },
  ...[
    "// oxlint-disable-next-line max-params -- it is long",
    "// oxlint-disable-next-line eqeqeq",
    "// oxlint-disable",
    "// @ts-ignore",
  ].map((comment) => ({
    rule: "a lint rule is switched off for one line only, with the reason, and never a rule of structure",
    files: { "src/std/a.ts": `${header}${comment}` },
    says: "src/std/a.ts:2: switches a rule off",
  })),
];

/** Files that obey every rule although they come near to breaking one. */
export const goodExample: Readonly<Record<string, string>> = {
  "src/cli/main.ts": `#!/usr/bin/env node\n// The executable.\nawait import("../app/start.ts");\n`,
  "src/app/start.ts": `// Starts everything.
import { openLink } from "../ocpp/openLink.ts";
import { plausible } from "../twin/plausible.ts";
export const start = () => openLink(plausible(Date.now()));
`,
  "src/ocpp/openLink.ts": `// Opens a link.
import { WebSocket } from "ws";
import type { IdTag } from "../twin/plausible.ts";
import { BootNotification } from "./v16/messages/BootNotification.ts";
/** The text "export * from" and setTimeout( in a comment or string is no code. */
export const openLink = (at: Date, tag?: IdTag) => [new WebSocket("ws://x"), at, tag, BootNotification, "Date.now() // TO-DO"];
`,
  "src/ocpp/v16/messages/BootNotification.ts": "// OCPP 1.6 §4.2.\nexport const BootNotification = {};\n",
  "src/hmi/browser/main.tsx": `// The page.
import { render } from "preact";
import type { IdTag } from "../../twin/plausible.ts";
export const show = (tag: IdTag) => render(<b>{tag}</b>, document.body);
`,
  "src/twin/plausible.ts": `// Times that can be true. Pure: Date.now() is the caller's.
export type IdTag = string;
export type BaseUnit = "Wh";
// oxlint-disable-next-line eqeqeq -- null and undefined are the same here
export const plausible = (ms: number) => new Date(ms);
`,
};
