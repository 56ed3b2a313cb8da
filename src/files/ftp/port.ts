// The port of FTP: takes control connections, so many at once and of one address, and ends them all when it is stopped.
import { createServer, type AddressInfo, type Server } from "node:net";
import { explainListenFault } from "../../std/listenFault.ts";
import type { Running } from "../../std/lifecycle.ts";
import { Shares, type NoRoom, type ShareOptions } from "../shares.ts";
import { reply, textOf, type FtpParts } from "./conversation.ts";
import { Session } from "./session.ts";

export interface FtpPortOptions extends FtpParts, ShareOptions {
  readonly host: string;
  readonly port: number;
}

/** RFC 959 §5.4: 421 is also an answer to the connection itself. */
const refusals: Readonly<Record<NoRoom, string>> = {
  port: textOf(reply(421, "Too many connections.")),
  address: textOf(reply(421, "Too many connections from this address.")),
};

export interface FtpPort extends Running {
  /** The one that is open, also where the settings leave it free. */
  readonly port: number;
}

/** Open until stopped; rejects with an error that names the setting. */
export async function openFtpPort(options: FtpPortOptions): Promise<FtpPort> {
  const shares = new Shares(options);
  const sessions = new Set<Session>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    const full = shares.take(socket);
    if (full !== undefined) return shares.turnAway(socket, refusals[full]);
    const session = new Session(options, socket);
    sessions.add(session);
    void session.ended.then(() => sessions.delete(session));
  });
  // As many again may be being told that there is no room.
  server.maxConnections = 2 * options.most;
  await listen(server, options);
  return {
    port: (server.address() as AddressInfo).port,
    stop: async () => {
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      for (const session of sessions) session.stop();
      shares.stop();
      await Promise.all([...sessions].map(({ ended }) => ended));
      await closed;
    },
  };
}

function listen(server: Server, { host, port, log }: FtpPortOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => reject(explainListenFault({ section: "files.ftp", host, port }, error));
    server.once("error", fail);
    server.listen({ host, port }, () => {
      server.off("error", fail);
      // Without a listener an error would end the process, such as EMFILE at a connection.
      server.on("error", (error) => log.error({ error: error.message }, "the port of FTP failed"));
      resolve();
    });
  });
}
