// Where the control socket of a data directory is: bridge and commands work it out alike, without a setting.
// Whoever may open it may do everything, so it must belong to the bridge's own user.
import { createHash } from "node:crypto";
import { lstatSync, mkdirSync, realpathSync, rmSync, type Stats } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

export interface Place {
  readonly path: string;
  /** Below the system's temporary folder, in a folder of its own that only the bridge's user may open. */
  readonly isTemporary: boolean;
}

const NAME = "control.sock";
/** A socket's name has 104 bytes on some systems, 108 on others, with the zero at its end (`sun_path`). */
const LONGEST_PATH_BYTES = 100;
const HASH_DIGITS = 16;
const OWNER_ONLY = 0o700;
const FOR_OTHERS = 0o077;
const WRITABLE_BY_ALL = 0o002;
const STICKY = 0o1000;

/** The places for a data directory, the best first; where one does not serve the next one does. */
export function placesOf(dataDirectory: string, platform: NodeJS.Platform = process.platform): readonly Place[] {
  const directory = realPathOf(dataDirectory);
  const hash = createHash("sha256").update(directory).digest("hex").slice(0, HASH_DIGITS);
  if (platform === "win32") return [{ path: `\\\\.\\pipe\\ocpp-opcua-${hash}`, isTemporary: false }];
  const temporary = { path: join(tmpdir(), `ocpp-opcua-${hash}`, NAME), isTemporary: true };
  const own = join(directory, NAME);
  return Buffer.byteLength(own) <= LONGEST_PATH_BYTES ? [{ path: own, isTemporary: false }, temporary] : [temporary];
}

/** Two names of one folder are one place. */
function realPathOf(directory: string): string {
  try {
    return realpathSync(directory);
  } catch {
    return directory;
  }
}

/** Makes the folder of a place ready; the sentence says why the place cannot be used, undefined when it can. */
export function preparePlace({ path, isTemporary }: Place, user: number | undefined): string | undefined {
  if (user === undefined) return undefined;
  const folder = dirname(path);
  mkdirSync(folder, { recursive: true, ...(isTemporary && { mode: OWNER_ONLY }) });
  const stats = lstatSync(folder);
  if (isTemporary) {
    const isOurs = stats.isDirectory() && stats.uid === user && (stats.mode & FOR_OTHERS) === 0;
    return isOurs ? undefined : `${folder} is not this user's alone`;
  }
  const isOpen = (stats.mode & WRITABLE_BY_ALL) !== 0 && (stats.mode & STICKY) === 0;
  return isOpen ? `every user may write to ${folder}` : undefined;
}

/** Takes away the folder of a temporary place; its socket is gone with the server. */
export function leavePlace({ path, isTemporary }: Place): void {
  if (isTemporary) rmSync(dirname(path), { recursive: true, force: true });
}

/** True when what stands at a place is a socket of this user, of the owner of the data directory, or of the system's administrator. */
export function isTrusted({ path }: Place, dataDirectory: string, user: number | undefined): boolean {
  if (user === undefined) return true;
  const socket = statsOf(path);
  // Who may not even look is told so when the socket is opened.
  if (socket === "forbidden") return true;
  if (!socket?.isSocket()) return false;
  const directory = statsOf(realPathOf(dataDirectory));
  return socket.uid === user || socket.uid === 0 || (typeof directory === "object" && socket.uid === directory.uid);
}

/** True when a socket stands at a place, whether or not somebody still listens. */
export function isSocket({ path }: Place): boolean {
  const stats = statsOf(path);
  return typeof stats === "object" && stats.isSocket();
}

function statsOf(path: string): Stats | "forbidden" | undefined {
  try {
    return lstatSync(path);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EACCES" ? "forbidden" : undefined;
  }
}
