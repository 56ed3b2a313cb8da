// Runs before `npm start`, `npm test` and their like: installs and builds what is missing or stale, so that a fresh
// clone needs no other command. Plain JavaScript without dependencies, for Node 18 (Debian 12) or newer: nothing is
// installed yet, and what is started afterwards runs on the Node that gets installed.
// Standard output stays free for the program; what happens here is told on standard error.
//
//   node .ci/bootstrap.mjs            install and build
//   node .ci/bootstrap.mjs install    install only
//
// Staleness is judged by content, never by file times: after a clone, a checkout or a copy those are arbitrary.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  linkSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const at = (...names) => join(root, ...names);

const LOCK = at(".bootstrap.lock");
const LOCK_RENEWAL_MS = 2_000;
/** A lock that was not renewed for so long belongs to nobody: its owner was killed. */
const LOCK_ABANDONED_MS = 20_000;
const LONGEST_WAIT_MS = 15 * 60_000;
/** What the packages with binaries ask for, and what the program asks for. */
const OLDEST_NODE_TO_INSTALL = [20, 19];
const OLDEST_NODE_TO_RUN = [22, 18];
/** Beside node_modules, which npm ci empties. */
const TOOLS = at(".bootstrap.tools");
/** How vite makes the operator's page. */
const PAGE_CONFIG = ".ci/page.mjs";

class Failure extends Error {}

const say = (text) => process.stderr.write(`ocpp-opcua: ${text}\n`);

// --- what is stale

/** True when node_modules holds exactly what package-lock.json names (npm notes there what it installed). */
function isInstalled() {
  const note = at("node_modules", ".package-lock.json");
  if (!existsSync(note)) return false;
  const locked = JSON.parse(readFileSync(at("package-lock.json"), "utf8")).packages;
  const present = JSON.parse(readFileSync(note, "utf8")).packages;
  if (Object.keys(present).some((path) => locked[path] === undefined)) return false;
  return Object.entries(locked).every(([path, wanted]) => {
    if (path === "") return true;
    const found = present[path];
    // Optional packages are for other platforms.
    if (found === undefined) return wanted.optional === true;
    return found.version === wanted.version && found.integrity === wanted.integrity;
  });
}

/** A digest of everything that the compiler and vite read. */
function sourcesDigest() {
  const digest = createHash("sha256");
  const sources = readdirSync(at("src"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
  const others = ["package-lock.json", "tsconfig.json", "tsconfig.build.json", PAGE_CONFIG].map((name) => at(name));
  for (const file of [...others, ...sources]) {
    const text = readFileSync(file);
    digest.update(`${relative(root, file)}\0${text.length}\0`).update(text);
  }
  return digest.digest("hex");
}

const builtFrom = at("dist", ".built-from");

function isBuilt() {
  return existsSync(builtFrom) && readFileSync(builtFrom, "utf8") === sourcesDigest();
}

// --- what is done about it

/** Runs a program with its standard output sent to our standard error; resolves to its exit code and its last words. */
function run(command, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: ["ignore", 2, "pipe"] });
    let words = "";
    child.stderr.on("data", (chunk) => {
      process.stderr.write(chunk);
      words = (words + chunk).slice(-10_000);
    });
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ code: code ?? signal, words }));
  });
}

/** The same npm that started us, on `node`. */
function npm(node, ...args) {
  const program = process.env.npm_execpath;
  const all = [...args, "--loglevel=error", "--no-audit", "--no-fund"];
  return program === undefined ? run("npm", all) : run(node, [program, ...all]);
}

async function install() {
  say("installing the dependencies that package-lock.json names (npm ci); the first time takes about a minute");
  const own = process.env.npm_node_execpath ?? process.execPath;
  const node = isNodeAtLeast(OLDEST_NODE_TO_INSTALL) ? own : await fetchNode(own);
  // Development packages are needed whatever NODE_ENV says: they bring Node 24 and the compiler.
  const { code, words } = await npm(node, "ci", "--include=dev");
  if (code !== 0) throw new Failure(`npm ci failed: ${whyNpmFailed(words)}`);
  if (!isNodeAtLeast(OLDEST_NODE_TO_RUN) && !existsSync(at("node_modules", "node", "bin")))
    throw new Failure(
      `this Node is ${process.versions.node} and npm did not install the newer one: allow install scripts (npm config get ignore-scripts) or use Node ${OLDEST_NODE_TO_RUN.join(".")} or newer`,
    );
}

/** On an old Node, npm leaves out the binaries of packages that do not name it: the newer Node has to come first. */
async function fetchNode(own) {
  const { version } = JSON.parse(readFileSync(at("package-lock.json"), "utf8")).packages["node_modules/node"];
  say(`this Node is ${process.versions.node}; fetching Node ${version} to install with`);
  const { code, words } = await npm(own, "install", "--prefix", TOOLS, "--no-save", `node@${version}`);
  if (code !== 0) throw new Failure(`npm install node failed: ${whyNpmFailed(words)}`);
  return join(TOOLS, "node_modules", "node", "bin", "node");
}

function isNodeAtLeast([major, minor]) {
  const [ownMajor = 0, ownMinor = 0] = process.versions.node.split(".").map(Number);
  return ownMajor > major || (ownMajor === major && ownMinor >= minor);
}

function whyNpmFailed(words) {
  const code = /npm (?:error|ERR!) code (\w+)/.exec(words)?.[1];
  if (
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ENOTCACHED|ERR_SOCKET_TIMEOUT/.test(
      code ?? words,
    )
  )
    return `the package registry cannot be reached (${code ?? "no network"}); connect this machine or set npm's proxy and registry, then run the same command again`;
  return `${code ?? "see above"}; npm's own words stand above, run the same command again when that is mended`;
}

async function build() {
  say("building dist from src");
  const digest = sourcesDigest();
  const next = at("dist-next");
  rmSync(next, { recursive: true, force: true });
  const newer = at("node_modules", "node", "bin", "node");
  const node = existsSync(newer) ? newer : process.execPath;
  const packages = at("node_modules");
  const compile = [join(packages, "typescript", "bin", "tsc"), "--project", "tsconfig.build.json", "--outDir", next];
  const page = join(next, "hmi", "browser");
  const bundle = [join(packages, "vite", "bin", "vite.js"), "build", "--config", PAGE_CONFIG, "--outDir", page];
  for (const args of [compile, bundle])
    if ((await run(node, args)).code !== 0)
      throw new Failure("the sources do not compile; the compiler's words stand above");
  writeFileSync(join(next, ".built-from"), digest);
  // Swapped in one step, so that nobody ever starts half a build.
  rmSync(at("dist"), { recursive: true, force: true });
  renameSync(next, at("dist"));
}

// --- one at a time

/** The lock appears with its content in one step, hence the link. */
function takeLock() {
  const mine = `${LOCK}.${process.pid}`;
  writeFileSync(mine, String(process.pid));
  try {
    linkSync(mine, LOCK);
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(mine, { force: true });
  }
}

function isAbandoned(lock) {
  try {
    const owner = Number(readFileSync(lock, "utf8"));
    if (owner === process.pid || Date.now() - statSync(lock).mtimeMs > LOCK_ABANDONED_MS) return true;
    process.kill(owner, 0);
    return false;
  } catch (error) {
    return error.code === "ESRCH";
  }
}

/** Moved aside and looked at again, because another waiter may have replaced it since. */
function breakLock() {
  const aside = `${LOCK}.${process.pid}.aside`;
  try {
    renameSync(LOCK, aside);
    if (!isAbandoned(aside)) linkSync(aside, LOCK);
  } catch (error) {
    if (error.code !== "ENOENT" && error.code !== "EEXIST") throw error;
  }
  rmSync(aside, { force: true });
}

async function withLock(work) {
  const since = Date.now();
  for (let told = false; !takeLock(); told = true) {
    if (isAbandoned(LOCK)) {
      breakLock();
      continue;
    }
    if (!told) say("another start is installing or building; waiting for it");
    if (Date.now() - since > LONGEST_WAIT_MS)
      throw new Failure(`waited too long for another start; if there is none, delete ${LOCK}`);
    await delay(250);
  }
  const renewal = setInterval(() => utimesSync(LOCK, new Date(), new Date()), LOCK_RENEWAL_MS);
  try {
    await work();
  } finally {
    clearInterval(renewal);
    rmSync(LOCK, { force: true });
  }
}

const installOnly = process.argv[2] === "install";
const isReady = () => isInstalled() && (installOnly || isBuilt());

try {
  if (!isReady())
    await withLock(async () => {
      if (!isInstalled()) await install();
      rmSync(TOOLS, { recursive: true, force: true });
      if (!installOnly && !isBuilt()) await build();
    });
} catch (error) {
  if (!(error instanceof Failure)) throw error;
  say(error.message);
  process.exitCode = 1;
}
