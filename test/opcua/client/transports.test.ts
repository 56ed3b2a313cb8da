// The connections of a client: their bounds are ours, whatever a server acknowledges (OPC 10000-6 §7.1.2.4), and none outlives its end.
import { connect } from "node:net";
import { expect, it } from "vitest";
import { Transports } from "../../../src/opcua/client/transports.ts";
import { listen } from "./scadaInTest.ts";

const MIB = 1024 * 1024;
type Bounded = ReturnType<Transports["create"]> & {
  setLimits(said: {
    receiveBufferSize: number;
    sendBufferSize: number;
    maxMessageSize: number;
    maxChunkCount: number;
  }): void;
};

it.each([
  ["no limits", 65_536, 0, 0, [65_536, MIB, 129]],
  ["limits beyond all measure", 0xffff_ffff, 0xffff_ffff, 0xffff_ffff, [65_536, MIB, 129]],
  ["lower limits", 8192, 100_000, 13, [8192, 100_000, 13]],
  ["buffers that are too small for anything", 1, 100_000, 13, [8192, 100_000, 13]],
])("takes %s for no more than its own", (_, buffer, maxMessageSize, maxChunkCount, expected) => {
  const transport = new Transports(MIB).create() as Bounded;
  transport.setLimits({ receiveBufferSize: buffer, sendBufferSize: buffer, maxMessageSize, maxChunkCount });
  expect([transport.receiveBufferSize, transport.maxMessageSize, transport.maxChunkCount]).toEqual(expected);
});

it("closes a connection that nobody answers on, and opens none afterwards", async () => {
  const server = await listen(() => {});
  const transports = new Transports(MIB);
  const broken = new Promise((resolve) => transports.create().connect(server.endpoint, resolve));
  const probe = connect(Number(new URL(server.endpoint).port), "127.0.0.1");
  await new Promise((resolve) => probe.once("connect", resolve));
  probe.destroy();
  transports.end();
  expect(await broken).toBeInstanceOf(Error);
  await expect.poll(() => server.open.size).toBe(0);
  expect(() => transports.create()).toThrow("given up");
  await server.stop();
});
