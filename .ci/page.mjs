// How vite makes the operator's page: src/hmi/browser becomes dist/hmi/browser. Nothing is written into the HTML itself, neither
// scripts nor styles nor data, because the server's Content-Security-Policy allows only files of its own.
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

export default defineConfig({
  root: join(root, "src/hmi/browser"),
  base: "/",
  publicDir: false,
  logLevel: "warn",
  build: {
    outDir: join(root, "dist/hmi/browser"),
    emptyOutDir: true,
    // The first ones with light-dark() of CSS: older ones would need every colour twice.
    target: ["chrome123", "edge123", "firefox120", "safari17.5"],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // Which files the first paint takes: read by the test of its size.
    manifest: true,
  },
});
