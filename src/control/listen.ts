// Opens the socket at a place and sees whether a living bridge has one there. It serves nobody.
import { unlinkSync } from "node:fs";
import { connect, type Server, type Socket } from "node:net";
import { isSocket, preparePlace, type Place } from "./places.ts";

/** Nobody listens; any other error leaves that open. */
const NOBODY = ["ENOENT", "ECONNREFUSED", "ENOTDIR", "ENOTSOCK"];

/** An open connection, or the code of the system error. */
export function reach({ path }: Place): Promise<Socket | string> {
  return new Promise((resolve) => {
    const socket = connect(path);
    const fail = (error: NodeJS.ErrnoException): void => resolve(error.code ?? error.message);
    socket.once("error", fail);
    socket.once("connect", () => {
      socket.off("error", fail);
      resolve(socket);
    });
  });
}

export function isNobody(code: string): boolean {
  return NOBODY.includes(code);
}

/** True when somebody listens at a place, or has a socket there of which it cannot be told. */
export async function isTaken(place: Place): Promise<boolean> {
  const reached = await reach(place);
  if (typeof reached === "string") return !isNobody(reached) && isSocket(place);
  reached.destroy();
  return true;
}

/** Lets `server` listen at a place that nobody listens at; the text says why it cannot, undefined when it does. */
export async function listenAt(server: Server, place: Place, user: number | undefined): Promise<string | undefined> {
  try {
    const fault = preparePlace(place, user);
    if (fault !== undefined) return fault;
    // The socket of a bridge that did not end in order.
    if (isSocket(place)) unlinkSync(place.path);
    await listen(server, place.path);
    return undefined;
  } catch (error) {
    return `${place.path} cannot be opened (${(error as NodeJS.ErrnoException).code ?? String(error)})`;
  }
}

/** All rights but those of the owner to read and write. */
const OWNER_ONLY_MASK = 0o177;

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    // The socket must never exist with other rights; it is made before `listen` returns.
    const mask = process.umask(OWNER_ONLY_MASK);
    server.listen(path, () => {
      server.off("error", reject);
      resolve();
    });
    process.umask(mask);
  });
}
