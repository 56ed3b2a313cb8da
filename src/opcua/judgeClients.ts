// Disconnects clients whose certificates are not trusted any more: rejected since, revoked since, expired since. Who is let in is judged by the
// library when a channel is opened (OPC 10000-4 §6.1.3), and not again as long as it is renewed.
import { X509Certificate } from "node:crypto";
import type { OPCUAServer } from "node-opcua";
import { sha1ThumbprintOf } from "../std/certificateFacts.ts";
import type { Log } from "../std/log.ts";
import type { ClientTrustList } from "./clientTrustList.ts";
import { endSession } from "./libraryLogins.ts";

export async function judgeClients(server: OPCUAServer, trustList: ClientTrustList, log: Log): Promise<void> {
  const channels = server.endpoints.flatMap((endpoint) => endpoint.getChannels());
  for (const channel of channels) {
    const { clientCertificate } = channel;
    if (clientCertificate === null) continue;
    const status = await trustList.judge(clientCertificate);
    if (status === "Good") continue;
    const thumbprint = sha1ThumbprintOf(new X509Certificate(clientCertificate));
    log.warn(
      { thumbprint, status },
      "an OPC UA client is disconnected because its certificate is not trusted any more",
    );
    const sessions = server.engine.getSessions().filter((session) => session.channel === channel);
    for (const session of sessions) endSession(server, session);
    await new Promise<void>((closed) => channel.close(() => closed()));
  }
}
