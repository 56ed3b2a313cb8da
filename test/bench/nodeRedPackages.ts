// The packages of the bench against Node-RED: no part of the project, but installed when they are needed first, in the versions of
// nodeRed/package-lock.json, and below the project's node_modules, where nobody takes them for ours.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const wanted = new URL("./nodeRed/", import.meta.url);
/** From here they can be required. */
export const nodeRedFolder = new URL("../../node_modules/.cache/bench-node-red/", import.meta.url);
/** npm writes it when all is there. */
const INSTALLED = "node_modules/.package-lock.json";

/** No scripts of packages run: none of them is needed. */
export async function installNodeRed(): Promise<void> {
  if (isInstalled()) return;
  process.stderr.write("  installing Node-RED into node_modules/.cache (npm ci); it takes about a minute\n");
  mkdirSync(nodeRedFolder, { recursive: true });
  for (const name of ["package.json", "package-lock.json"])
    copyFileSync(new URL(name, wanted), new URL(name, nodeRedFolder));
  const cwd = fileURLToPath(nodeRedFolder);
  const args = ["ci", "--prefix", cwd, "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  const npm = spawn("npm", args, { cwd, stdio: ["ignore", 2, 2] });
  const [code] = (await once(npm, "close")) as [number | null];
  if (code !== 0)
    throw new Error(
      "Node-RED could not be installed; npm's own words stand above. This bench needs the package registry once, the others run without it",
    );
}

interface Lock {
  readonly packages: Readonly<{ [path: string]: { readonly version?: string; readonly optional?: boolean } }>;
}

function isInstalled(): boolean {
  if (!existsSync(new URL(INSTALLED, nodeRedFolder))) return false;
  const read = (file: URL): Lock["packages"] => (JSON.parse(readFileSync(file, "utf8")) as Lock).packages;
  const there = read(new URL(INSTALLED, nodeRedFolder));
  return Object.entries(read(new URL("package-lock.json", wanted))).every(
    ([path, { version, optional }]) => path === "" || optional === true || there[path]?.version === version,
  );
}
