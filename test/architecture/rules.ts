// The rules of the house that look at source files. Each says what is wrong, where, and what to do instead.
import { homeOfPackage, isOfPackage, mayImport, mayReadFiles, pureFolders } from "./layers.ts";
import { dottedName, nodesOf, type Export, type Source, type SyntaxNode } from "./source.ts";

export interface Finding {
  readonly path: string;
  readonly line?: number;
  readonly wrong: string;
  readonly wayOut: string;
}

export type Rule = (sources: readonly Source[]) => Finding[];

export const LONGEST_FILE = 400;
export const LONGEST_MEDIAN = 100;
const LONGEST_HEADER = 3;

/** Files that nothing imports because they are started. */
const STARTED = ["src/cli/main.ts", "src/codegen/main.ts", "src/hmi/browser/main.tsx"];

export const rules: Readonly<Record<string, Rule>> = {
  "imports between folders go one way": eachImport((source, { target, line }) => {
    const folder = folderOf(source.path);
    const other = target.startsWith("src/") ? folderOf(target) : folder;
    const allowed = mayImport[folder];
    if (allowed === undefined)
      return found(
        source,
        line,
        `src/${folder} is not a room of the house`,
        "put the file into a folder of ARCHITECTURE.md, Rooms",
      );
    if (other === folder || allowed.includes(other)) return undefined;
    return found(
      source,
      line,
      `imports ${target}, but src/${folder} may import only ${[folder, ...allowed].join(", ")}`,
      "declare what it needs as an interface in src/twin/ports.ts and hand it over in src/app",
    );
  }),

  "a package with a home is imported only there": eachImport((source, { specifier, line }) => {
    const home = Object.entries(homeOfPackage).find(([name]) => isOfPackage(specifier, name))?.[1];
    if (home === undefined || home === folderOf(source.path)) return undefined;
    return found(
      source,
      line,
      `imports ${specifier}`,
      `only src/${home} may; ask for what you need through src/twin/ports.ts`,
    );
  }),

  "the operator's page and the program share nothing but types": eachImport(
    (source, { target, specifier, kind, line }) => {
      const isOfProgram = specifier.startsWith("node:") || (specifier.startsWith(".") && !isOfPage(target));
      if (isOfPage(source.path) ? !isOfProgram : !isOfPage(target)) return undefined;
      if (isOfPage(source.path) && kind === "type") return undefined;
      return found(
        source,
        line,
        `imports ${target}`,
        "the page runs in a browser: it imports types of the program, and everything else comes by HTTP in the shapes of src/hmi/shapes.ts",
      );
    },
  ),

  "src imports nothing from outside src": eachImport((source, { target, specifier, line }) =>
    !specifier.startsWith(".") || target.startsWith("src/")
      ? undefined
      : found(source, line, `imports ${target}`, "move what is shared into src, or read the file at run time"),
  ),

  "files do not import each other in a circle": (sources) =>
    circles(sources).map((circle) => ({
      path: circle[0] ?? "",
      wrong: `imports itself by way of ${[...circle.slice(1), circle[0]].join(" -> ")}`,
      wayOut: "move what both need into a file that imports neither",
    })),

  "no file only passes on what others export": eachSource((source) => {
    const passedOn = source.exports.find((each) => each.passedOn);
    if (passedOn === undefined) return [];
    return [
      found(
        source,
        passedOn.line,
        `passes on ${passedOn.name} of another file`,
        "let each reader import from where it is defined",
      ),
    ];
  }),

  [`no file is longer than ${LONGEST_FILE} lines`]: eachSource((source) =>
    source.lineCount <= LONGEST_FILE || isGenerated(source)
      ? []
      : [found(source, undefined, `has ${source.lineCount} lines`, "split it along what it does")],
  ),

  [`half of the files have at most ${LONGEST_MEDIAN} lines`]: (sources) => {
    const sizes = sources
      .filter((each) => !isGenerated(each))
      .map((each) => each.lineCount)
      .toSorted((a, b) => a - b);
    const median = sizes[Math.floor((sizes.length - 1) / 2)] ?? 0;
    if (median <= LONGEST_MEDIAN) return [];
    return [
      {
        path: "src",
        wrong: `the median file has ${median} lines`,
        wayOut: "split the files that do more than one thing",
      },
    ];
  },

  "a file begins by saying what it is for": eachSource((source) => {
    const lines = source.text.split("\n").filter((line) => !line.startsWith("#!"));
    const headerLength = lines.findIndex((line) => !line.startsWith("//"));
    if (headerLength >= 1 && headerLength <= LONGEST_HEADER) return [];
    return [
      found(
        source,
        1,
        `has a header of ${headerLength} lines`,
        `begin it with one to ${LONGEST_HEADER} lines of // that say what it is for and what it must not do`,
      ),
    ];
  }),

  "files are named in camelCase, or exactly as the OCPP message that they hold": eachSource((source) => {
    const name = fileNameOf(source.path);
    if (/^[a-z][A-Za-z0-9]*(\.generated)?$/.test(name)) return [];
    if (/\/v\d+\/messages\/[A-Z][A-Za-z]+\.ts$/.test(source.path)) return [];
    return [found(source, undefined, `is named ${name}`, "name it in camelCase after its main export")];
  }),

  "a file that exports only a class bears its name": eachSource((source) => {
    const [only, ...others] = source.exports;
    if (only === undefined || only.kind !== "class" || others.length > 0 || isGenerated(source)) return [];
    const inPath = source.path
      .replace(/\.tsx?$/, "")
      .split("/")
      .slice(1)
      .flatMap(wordsOf)
      .map((word) => word.toLowerCase());
    if (wordsOf(only.name).some((word) => inPath.includes(word.toLowerCase()))) return [];
    return [found(source, only.line, `exports only ${only.name}`, `call the file ${lowerFirst(only.name)}.ts`)];
  }),

  "names say what a thing is": eachSource((source) => [
    ...emptyWordsIn(fileNameOf(source.path)).map((word) =>
      found(source, undefined, `is called "${word}"`, "name it after what it does for the reader"),
    ),
    ...source.exports
      .filter(isEmptyName)
      .map((each) =>
        found(
          source,
          each.line,
          `exports ${each.name}`,
          "name it after what it is: no Manager, Helper, Utils, Service, Base, no I in front",
        ),
      ),
  ]),

  "nothing promises later work": eachSource((source) =>
    source.text.split("\n").flatMap((text, index) => {
      const promise = PROMISE.exec(text)?.[0];
      return promise === undefined
        ? []
        : [found(source, index + 1, `says "${promise}"`, "do it, or leave it out and note the gap in DECISIONS.md")];
    }),
  ),

  "pure folders have no clock, chance, timers or IO": eachSource((source) => {
    const folder = folderOf(source.path);
    if (!pureFolders.includes(folder)) return [];
    const wayOut = "let the caller pass it in: the time as an argument, the rest through a port";
    const io = mayReadFiles.includes(folder) ? /^node:(?!fs$|url$|path$)/ : /^node:/;
    return [
      ...source.imports
        .filter(({ specifier }) => io.test(specifier))
        .map(({ specifier, line }) => found(source, line, `imports ${specifier}`, wayOut)),
      ...[...nodesOf(source.tree)].flatMap((node) => {
        const impure = impurityOf(node);
        return impure === undefined ? [] : [found(source, source.lineOf(node), `uses ${impure}`, wayOut)];
      }),
    ];
  }),

  "every file is used": (sources) => {
    const used = new Set(
      sources.flatMap((source) =>
        source.imports.filter(({ target }) => target !== source.path).map(({ target }) => target),
      ),
    );
    return sources
      .filter(({ path }) => !used.has(path) && !STARTED.includes(path))
      .map((source) => found(source, undefined, "is imported by no file of src", "use it or delete it"));
  },

  "a lint rule is switched off for one line only, with the reason, and never a rule of structure": eachSource(
    (source) =>
      source.text.split("\n").flatMap((text, index) => {
        const off = SWITCHED_OFF.exec(text)?.[0];
        if (off === undefined || (JUSTIFIED.test(text) && !STRUCTURE.test(text)) || isGenerated(source)) return [];
        return [
          found(
            source,
            index + 1,
            `switches a rule off (${off})`,
            "obey the rule, or write -next-line, its name and -- with the reason",
          ),
        ];
      }),
  ),
};

function isOfPage(path: string): boolean {
  return path.startsWith("src/hmi/browser/");
}

const SWITCHED_OFF = /(?:ox|es)lint-disable[\w-]*|@ts-(?:ignore|nocheck|expect-error)/;
const JUSTIFIED = /oxlint-disable-next-line [\w/, -]+ -- \w/;
const STRUCTURE = /max-|no-restricted-imports|no-cycle|no-barrel-file/;
const PROMISE = /\b(?:TODO|FIXME|HACK|XXX)\b|\bfor now\b|\bnot (?:yet )?implemented\b/;

function eachSource(rule: (source: Source) => Finding[]): Rule {
  return (sources) => sources.flatMap(rule);
}

function eachImport(rule: (source: Source, each: Source["imports"][number]) => Finding | undefined): Rule {
  return eachSource((source) => source.imports.flatMap((each) => rule(source, each) ?? []));
}

function found(source: Source, line: number | undefined, wrong: string, wayOut: string): Finding {
  return { path: source.path, ...(line === undefined ? {} : { line }), wrong, wayOut };
}

function folderOf(path: string): string {
  return path.split("/")[1] ?? "";
}

function fileNameOf(path: string): string {
  return (path.split("/").at(-1) ?? "").replace(/\.tsx?$/, "");
}

function isGenerated(source: Source): boolean {
  return source.path.endsWith(".generated.ts");
}

function lowerFirst(name: string): string {
  return name.slice(0, 1).toLowerCase() + name.slice(1);
}

function wordsOf(name: string): string[] {
  return name.match(/[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])/g) ?? [];
}

function emptyWordsIn(name: string): string[] {
  const words = wordsOf(name);
  const anywhere = words.filter((word) => /^(?:manager|helpers?|utils?|utility|utilities|misc|common)$/i.test(word));
  const last = words.at(-1) ?? "";
  return /^(?:services?|base)$/i.test(last) ? [...anywhere, last] : anywhere;
}

function isEmptyName({ name, kind }: Export): boolean {
  if (emptyWordsIn(name).length > 0) return true;
  if (kind === "class" && /^Base[A-Z]/.test(name)) return true;
  return (kind === "class" || kind === "type") && /^I[A-Z][a-z]/.test(name);
}

const IMPURE_CALLS = /^(?:Date\.now|Math\.random|setTimeout|setInterval|setImmediate|queueMicrotask|fetch)$/;
const IMPURE_OBJECTS = /^(?:performance|crypto|console|process|globalThis)\./;

function impurityOf(node: SyntaxNode): string | undefined {
  const callee = dottedName(node.callee);
  if (node.type === "NewExpression" && callee === "Date" && (node.arguments as unknown[]).length === 0)
    return "new Date()";
  if (node.type === "CallExpression" && callee === "Date") return "Date()";
  if (node.type === "CallExpression" && IMPURE_CALLS.test(callee ?? "")) return callee;
  const member = node.type === "MemberExpression" ? dottedName(node) : undefined;
  return member !== undefined && IMPURE_OBJECTS.test(member) ? member : undefined;
}

/** Groups of files that reach each other by imports that exist at run time, each once, beginning with its first name. */
function circles(sources: readonly Source[]): string[][] {
  const targets = new Map(
    sources.map((source) => [
      source.path,
      source.imports.filter(({ kind }) => kind === "value").map(({ target }) => target),
    ]),
  );
  const done = new Set<string>();
  const result: string[][] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) result.push(trail.slice(trail.indexOf(path)));
    if (done.has(path) || trail.includes(path)) return;
    for (const target of targets.get(path) ?? []) visit(target, [...trail, path]);
    done.add(path);
  };
  for (const { path } of sources) visit(path, []);
  return result;
}
