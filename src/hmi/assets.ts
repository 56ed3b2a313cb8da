// The files of the page, read once: small, compressed, with names that change with their contents. It knows no request.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { extname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

export interface Asset {
  readonly type: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly gzipped: Uint8Array<ArrayBuffer>;
  /** Its name says what is in it: a browser need never ask again. */
  readonly isImmutable: boolean;
}

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".json": "application/json",
  ".woff2": "font/woff2",
};

/** Beside this file where it was built; the sources are served by what was built last. */
const folders = ["./browser/", "../../dist/hmi/browser/"].map((path) => fileURLToPath(new URL(path, import.meta.url)));
const INDEX = "index.html";

/** By path, `/index.html` and `/assets/…`; empty where the page has not been built. */
export function readAssets(): ReadonlyMap<string, Asset> {
  const folder = folders.find((each) => existsSync(join(each, "assets")));
  if (folder === undefined) return new Map();
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    files
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((file) => types[extname(file)] !== undefined)
      .map((file) => {
        const bytes = new Uint8Array(readFileSync(file));
        const path = `/${relative(folder, file).split(sep).join("/")}`;
        const type = types[extname(file)] ?? "";
        return [path, { type, bytes, gzipped: new Uint8Array(gzipSync(bytes)), isImmutable: !path.endsWith(INDEX) }];
      }),
  );
}

/** What is shown for an address of the page: a part of a path without a dot, whatever it is called. */
export function isPagePath(path: string): boolean {
  return !/^\/(?:api|events|assets)(?:\/|$)/u.test(path) && !path.split("/").at(-1)?.includes(".");
}
