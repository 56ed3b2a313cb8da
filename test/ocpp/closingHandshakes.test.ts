// Whoever hangs up while its password is being compared is noticed, though nobody reads its socket; whoever does not, loses nothing.
import { connect, type Socket } from "node:net";
import { afterEach, expect, test } from "vitest";
import type { Gate, Handshake } from "../../src/ocpp/gate.ts";
import { Links } from "../../src/ocpp/links.ts";
import { Listener } from "../../src/ocpp/listener.ts";
import { systemClock } from "../../src/std/clock.ts";
import { Counts } from "../../src/std/counts.ts";
import { silentLog } from "../../src/std/log.ts";
import { admitted, defaultLimits, handshake, until } from "./listenersInTest.ts";

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

/** A listener whose gate asks for the signal and judges when it is told to. */
async function open() {
  const judging = Promise.withResolvers<Handshake>();
  const asked = Promise.withResolvers<AbortSignal>();
  const gate = {
    connected: () => {},
    judge: (_request, { gone }) => {
      if (gone !== undefined) asked.resolve(gone());
      return judging.promise;
    },
  } as Pick<Gate, "judge" | "connected"> as Gate;
  const heard: string[] = [];
  const door = {
    admit: () => admitted,
    tookPassword: () => {},
    refused: () => {},
    contested: () => {},
    linked: () => {},
    unlinked: () => {},
    handleCall: (_link: unknown, { action }: { action: string }) => {
      heard.push(action);
      return { kind: "none" } as const;
    },
    misread: () => {},
  };
  const common = { limits: defaultLimits, clock: systemClock, log: silentLog };
  const shared = { ...common, callTimeoutSeconds: 30, counts: new Counts(), messages: undefined };
  const links = new Links(door, shared);
  const parts = { section: "ocpp.listeners[0]", door, gate, links, shared };
  const listener = await Listener.open({ host: "127.0.0.1", port: 0, securityProfile: 1 }, parts);
  cleanUps.push(async () => {
    listener.stopAccepting();
    links.stop();
    await listener.closed();
  });
  const socket = connect(Number(new URL(listener.url).port), "127.0.0.1").on("error", () => {});
  cleanUps.push(() => socket.destroy());
  socket.write(handshake("/CP001"));
  return { socket, gone: await asked.promise, judging, heard };
}

test.each<[string, (socket: Socket) => unknown]>([
  ["hangs up", (socket) => socket.destroy()],
  ["says that nothing more will come", (socket) => socket.end()],
  ["is cut off", (socket) => socket.resetAndDestroy()],
])("a charge point that %s while it waits is gone", async (_, leave) => {
  const { socket, gone } = await open();
  expect(gone.aborted).toBe(false);
  leave(socket);
  await until(() => (gone.aborted ? true : undefined), "the end of the socket");
});

test("frames that come before the answer are heard after it", async () => {
  const { socket, judging, heard } = await open();
  const text = Buffer.from('[2,"1","Heartbeat",{}]');
  const mask = Buffer.from([1, 2, 3, 4]);
  const masked = text.map((byte, index) => byte ^ (mask[index % 4] ?? 0));
  socket.write(Buffer.concat([Buffer.from([0x81, 0x80 | text.length]), mask, masked]));
  await new Promise((resolve) => setImmediate(resolve));
  judging.resolve({ kind: "accepted", identity: "CP001", admission: admitted, isProven: true });
  await until(() => heard[0], "the call");
  expect(heard).toEqual(["Heartbeat"]);
});
