// Which folder of src may import which, and which folder is the only home of a package: the truth behind ARCHITECTURE.md's
// "Rooms", enforced by the rules in this folder and, while one types, by the same table in .oxlintrc.json.

const foundation = ["std", "schema", "twin"];
const facts = [...foundation, "settings", "datapoints"];
/** Those that never import each other. */
export const adapters = ["ocpp", "decisions", "modules", "store", "files", "opcua", "hmi", "control"];
const everythingBelowTheEnds = [...facts, ...adapters, "app"];

/** The folders that a folder may import beside itself. */
export const mayImport: Readonly<Record<string, readonly string[]>> = {
  std: [],
  schema: ["std"],
  twin: ["std"],
  settings: foundation,
  datapoints: foundation,
  ...Object.fromEntries(adapters.map((adapter) => [adapter, facts])),
  app: [...facts, ...adapters],
  simulator: everythingBelowTheEnds,
  codegen: everythingBelowTheEnds,
  cli: [...everythingBelowTheEnds, "simulator"],
};

/** Packages (by the beginning of their names) that only one folder may import. */
export const homeOfPackage: Readonly<Record<string, string>> = {
  "node-opcua": "opcua",
  ws: "ocpp",
  "@peculiar/": "ocpp",
  "reflect-metadata": "ocpp",
  "better-sqlite3": "store",
  "@marcbachmann/cel-js": "decisions",
  hono: "hmi",
  "@hono/": "hmi",
  preact: "hmi",
  "@preact/": "hmi",
  uplot: "hmi",
};

/** Folders without clock, chance, timers or IO. `schema` reads the schema files. */
export const pureFolders = ["twin", "datapoints", "schema", "decisions"];
export const mayReadFiles = ["schema"];

/** True when the import of `specifier` is one of `packageName`: the package itself, a file of it, or one of its family. */
export function isOfPackage(specifier: string, packageName: string): boolean {
  if (packageName.endsWith("/") || packageName === "node-opcua") return specifier.startsWith(packageName);
  return specifier === packageName || specifier.startsWith(`${packageName}/`);
}

/** The overrides that .oxlintrc.json must contain, one a folder. */
export function lintOverrides(): unknown[] {
  return Object.entries(mayImport).map(([folder, allowed]) => {
    const forbidden = Object.keys(mayImport).filter((other) => other !== folder && !allowed.includes(other));
    const foreign = Object.entries(homeOfPackage).filter(([, home]) => home !== folder);
    const alternatives = foreign.map(([name]) => (name.endsWith("/") || name === "node-opcua" ? name : `${name}(/|$)`));
    const folders = {
      regex: `^(\\.\\./)+(${forbidden.join("|")})/`,
      message: `src/${folder} must not know this folder: declare what it needs in src/twin/ports.ts and hand it over in src/app.`,
    };
    const packages = {
      regex: `^(${alternatives.join("|")})`,
      message: `Only one folder imports this package, and it is not src/${folder}: see ARCHITECTURE.md, Rooms.`,
    };
    return {
      files: [`src/${folder}/**`],
      rules: {
        "no-restricted-imports": ["error", { patterns: forbidden.length > 0 ? [folders, packages] : [packages] }],
      },
    };
  });
}
