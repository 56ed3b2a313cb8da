// The control socket as its clients meet it: who may open it, what is handed over, and what hostile input is told.
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import { spawnSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask } from "../../src/control/ask.ts";
import { placesOf } from "../../src/control/places.ts";
import { MAX_REQUEST_BYTES, MAX_UNHEARD } from "../../src/control/server.ts";
import { silentLog } from "../../src/std/log.ts";
import type { Command, CommandOutcome } from "../../src/twin/commands.ts";
import { HandClock } from "../ocpp/handClock.ts";
import { ControlsInTest, dial, hear, say } from "./controlInTest.ts";
import { everyKind } from "./everyKind.ts";

const controls = new ControlsInTest();
afterAll(() => controls.clean());

const RESET: Command = { kind: "call", chargePointId: "CP001", action: "Reset", payload: { type: "Soft" } };
const ANSWERED = {
  kind: "answered",
  answer: { version: 1, outcome: { kind: "answered", response: { status: "Accepted" } } },
};

describe("the socket", () => {
  it("stands in the data directory, for its owner alone, and is gone when the bridge stops", async () => {
    const data = controls.folder();
    const control = await controls.open(data);
    const path = join(data, "control.sock");
    expect((statSync(path).mode & 0o777).toString(8)).toBe("600");
    expect(statSync(path).isSocket()).toBe(true);
    await control.stop();
    expect(existsSync(path)).toBe(false);
    expect(await ask(data, "command", { command: RESET })).toEqual({ kind: "notRunning" });
  });

  it("belongs to one living bridge: a second one is told so, and the first goes on", async () => {
    const data = controls.folder();
    await controls.open(data);
    await expect(controls.open(data)).rejects.toThrow(`a bridge is running on this data directory already: ${data}`);
    expect(await ask(data, "command", { command: RESET })).toEqual(ANSWERED);
  });

  it("is the same by every name of the data directory", async () => {
    const data = controls.folder();
    await controls.open(data);
    await expect(controls.open(join(data, "..", data.split("/").at(-1) ?? ""))).rejects.toThrow("already");
  });

  it("replaces what a bridge has left that died", async () => {
    const data = controls.folder();
    mkdirSync(data);
    const path = join(data, "control.sock");
    const die = `require("net").createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, "SIGKILL"))`;
    spawnSync(process.execPath, ["-e", die]);
    expect(statSync(path).isSocket()).toBe(true);
    await controls.open(data);
    expect(await ask(data, "command", { command: RESET })).toEqual(ANSWERED);
  });

  it("takes a short name of its own in the temporary folder where the path is too long for a socket", async () => {
    const data = join(controls.folder(), "long".repeat(30));
    const control = await controls.open(data);
    const [place, ...others] = placesOf(data);
    expect([place?.isTemporary, others]).toEqual([true, []]);
    expect((statSync(join(place?.path ?? "", "..")).mode & 0o777).toString(8)).toBe("700");
    expect((statSync(place?.path ?? "").mode & 0o777).toString(8)).toBe("600");
    await expect(controls.open(data)).rejects.toThrow("already");
    expect(await ask(data, "command", { command: RESET })).toEqual(ANSWERED);
    await control.stop();
    expect(existsSync(join(place?.path ?? "", ".."))).toBe(false);
  });

  it.each([
    ["every user may write to the data directory", (data: string) => chmodSync(data, 0o777)],
    ["something else bears its name", (data: string) => writeFileSync(join(data, "control.sock"), "precious")],
  ])("stands in the temporary folder where %s, and is found there", async (_, spoil) => {
    const data = controls.folder();
    mkdirSync(data);
    spoil(data);
    await controls.open(data);
    const temporary = placesOf(data)[1]?.path ?? "";
    expect(statSync(temporary).isSocket()).toBe(true);
    expect(await ask(data, "command", { command: RESET })).toEqual(ANSWERED);
  });

  it("is no reason not to start where it cannot be opened anywhere: the log says why", async () => {
    const data = controls.folder();
    mkdirSync(data);
    chmodSync(data, 0o777);
    const folder = join(placesOf(data)[1]?.path ?? "", "..");
    mkdirSync(folder);
    chmodSync(folder, 0o755);
    const said: unknown[] = [];
    await controls.open(data, { log: { ...silentLog, warn: (fields) => said.push(fields) } });
    expect(said).toEqual([{ faults: [`every user may write to ${data}`, `${folder} is not this user's alone`] }]);
    rmSync(folder, { recursive: true });
  });

  it("is a pipe on Windows, named after the data directory", () => {
    const [pipe, ...others] = placesOf("/a", "win32");
    expect([pipe?.path, others]).toEqual([expect.stringMatching(/^\\\\\.\\pipe\\ocpp-opcua-[0-9a-f]{16}$/u), []]);
    expect(pipe).not.toEqual(placesOf("/b", "win32")[0]);
  });
});

describe("a command", () => {
  it("is handed over as an administrator's, by the name of the system's user, and its outcome handed back", async () => {
    const data = controls.folder();
    const outcome = { kind: "callError", code: "InternalError", description: "relay" } as const;
    await controls.open(data, { outcome: async () => outcome });
    controls.commands.length = 0;
    expect(await say(data, `${JSON.stringify({ version: 1, do: "command", command: RESET })}\n`)).toEqual({
      version: 1,
      outcome,
    });
    const requester = { via: "cli", role: "administrator", user: userInfo().username, isPrivate: true };
    expect(controls.commands).toEqual([{ command: RESET, requester }]);
  });

  it.each(Object.values(everyKind))("crosses as it is: $kind", async (command) => {
    const data = controls.folder();
    await controls.open(data);
    controls.commands.length = 0;
    expect(await ask(data, "command", { command })).toEqual(ANSWERED);
    expect(controls.commands.map((each) => each.command)).toEqual([command]);
  });

  it("that takes long keeps nobody else waiting, and a client that is gone is no fault", async () => {
    const data = controls.folder();
    const released: (() => void)[] = [];
    await controls.open(data, {
      outcome: (command) =>
        command.chargePointId === "FAST"
          ? Promise.resolve({ kind: "offline" })
          : new Promise((resolve) => released.push(() => resolve({ kind: "timedOut" }))),
    });
    const line = `${JSON.stringify({ version: 1, do: "command", command: RESET })}\n`;
    const gone = dial(data);
    gone.write(line);
    const patient = say(data, line);
    const quick = await ask(data, "command", { command: { ...RESET, chargePointId: "FAST" } });
    expect(quick).toMatchObject({ answer: { outcome: { kind: "offline" } } });
    while (released.length < 2) await new Promise((resolve) => setImmediate(resolve));
    gone.destroy();
    for (const release of released) release();
    expect(await patient).toEqual({ version: 1, outcome: { kind: "timedOut" } });
  });

  it("that ends in an exception is told as a fault of the bridge, and the log gets it", async () => {
    const data = controls.folder();
    const said: unknown[] = [];
    await controls.open(data, {
      log: { ...silentLog, error: (fields) => said.push(fields) },
      outcome: () => Promise.reject(new Error("inside")),
    });
    const asked = await ask(data, "command", { command: RESET });
    expect(asked).toMatchObject({ kind: "refused", refusal: { code: "failed" } });
    expect(said).toEqual([{ error: expect.stringContaining("inside") }]);
  });

  it("is not handed over while the bridge starts or stops", async () => {
    const data = controls.folder();
    await controls.open(data, { notReady: ["starting"] });
    controls.commands.length = 0;
    expect(await ask(data, "command", { command: RESET })).toEqual({
      kind: "refused",
      refusal: { code: "notReady", text: "the bridge is not ready: starting" },
    });
    expect(controls.commands).toEqual([]);
  });

  it("is lost, and said to be, when the bridge ends before it answers", async () => {
    const data = controls.folder();
    const asked = Promise.withResolvers<void>();
    const control = await controls.open(data, {
      outcome: () => {
        asked.resolve();
        return new Promise(() => {});
      },
    });
    const answer = ask(data, "command", { command: RESET });
    await asked.promise;
    await control.stop();
    expect(await answer).toEqual({ kind: "lost" });
  });
});

describe("hostile input", () => {
  let data: string;
  beforeAll(async () => {
    data = controls.folder();
    await controls.open(data);
  });

  const request = (change: object): string => JSON.stringify({ version: 1, do: "command", command: RESET, ...change });
  const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
  const cases: readonly (readonly [what: string, bytes: string | Buffer, code: string, text: string])[] = [
    ["an empty line", "\n", "malformed", "the request is no JSON, or too deep"],
    ["text that is no JSON", "GET / HTTP/1.1\n", "malformed", "the request is no JSON, or too deep"],
    ["bytes that are no text", Buffer.from([0xff, 0xfe, 0x00, 0x0a]), "malformed", "the request is no UTF-8 text"],
    ["JSON that is no object", "[]\n", "malformed", "the request: must be object"],
    ["no version", '{"do":"command"}\n', "malformed", "the request: must have required property 'version'"],
    ["another version", `${request({ version: 2 })}\n`, "version", "version 1 of the protocol, not 2"],
    ["an unknown request", `${request({ do: "shutdown" })}\n`, "malformed", "/do: must be one of command"],
    ["a name of every object", `${request({ do: "constructor" })}\n`, "malformed", "/do: must be one of command"],
    ["an unknown field", `${request({ role: "none" })}\n`, "malformed", 'must NOT have additional properties ("role")'],
    ["no command", '{"version":1,"do":"command"}\n', "malformed", "must have required property 'command'"],
    ["an unknown kind", `${request({ command: { kind: "explode" } })}\n`, "malformed", "/command: "],
    ["no payload", `${request({ command: { ...RESET, payload: undefined } })}\n`, "malformed", "'payload'"],
    [
      "a payload that is no object",
      `${request({ command: { ...RESET, payload: 1 } })}\n`,
      "malformed",
      "/command/payload: must be object",
    ],
    [
      "a name without end",
      `${request({ command: { ...RESET, chargePointId: "x".repeat(300) } })}\n`,
      "malformed",
      "/command/chargePointId: must NOT have more than 255",
    ],
    [
      "a connector 0 with a limit",
      `${request({ command: { kind: "clearLimit", chargePointId: "A", connectorId: 0 } })}\n`,
      "malformed",
      "/command/connectorId: must be >= 1",
    ],
    [
      "a registration that OCPP does not know",
      `${request({ command: { kind: "setRegistration", chargePointId: "A", status: "Maybe" } })}\n`,
      "malformed",
      "/command/status: must be equal to one of the allowed values",
    ],
    [
      "nesting that exhausts the stack",
      `${request({ command: { ...RESET, payload: 0 } }).replace('"payload":0', `"payload":{"a":${deep}}`)}\n`,
      "malformed",
      "too deep",
    ],
    ["10 MB in one line", Buffer.alloc(10_000_000, "x"), "tooLong", `more than ${MAX_REQUEST_BYTES} bytes`],
  ];

  it.each(cases)("%s is refused with what is wrong, and nothing handed over", async (_, bytes, code, text) => {
    controls.commands.length = 0;
    expect(await say(data, bytes)).toEqual({ version: 1, error: { code, text: expect.stringContaining(text) } });
    expect(controls.commands).toEqual([]);
  });

  it("half a line is refused when its sender ends", async () => {
    const socket = dial(data);
    socket.end(request({}).slice(0, 20));
    expect(JSON.parse(await hear(socket))).toEqual({
      version: 1,
      error: { code: "malformed", text: "the request ends before its line break" },
    });
  });

  it("half a line is refused after a while when its sender is silent", async () => {
    const own = controls.folder();
    const clock = new HandClock();
    await controls.open(own, { clock });
    const socket = dial(own);
    socket.write("{");
    while (clock.running === 0) await new Promise((resolve) => setImmediate(resolve));
    clock.move(10_000);
    expect(JSON.parse(await hear(socket))).toMatchObject({ error: { code: "tooSlow" } });
  });

  it("who goes on sending after the answer is cut off", async () => {
    const own = controls.folder();
    const clock = new HandClock();
    await controls.open(own, { clock });
    const socket = dial(own);
    socket.write("nonsense\n");
    await once(socket, "data");
    const closed = new Promise((resolve) => socket.once("close", resolve));
    socket.write("more");
    clock.move(2_000);
    await closed;
    expect(clock.running).toBe(0);
  });

  it("a second request on one connection is not answered", async () => {
    controls.commands.length = 0;
    const socket = dial(data);
    socket.write(`${request({})}\n${request({})}\n`);
    expect((await hear(socket)).trimEnd().split("\n")).toHaveLength(1);
    expect(controls.commands).toHaveLength(1);
  });

  it("a request in many pieces is one request", async () => {
    const socket = dial(data).setNoDelay();
    for (const letter of `${request({})}\n`) socket.write(letter);
    expect(JSON.parse(await hear(socket))).toMatchObject({ outcome: { kind: "answered" } });
  });

  it("connections that ask nothing do not take the room of commands; too many are told so, and others are served once they are gone", async () => {
    const own = controls.folder();
    await controls.open(own);
    const idle = Array.from({ length: MAX_UNHEARD }, () => dial(own));
    await Promise.all(idle.map((socket) => once(socket, "connect")));
    const refused = await ask(own, "command", { command: RESET });
    const text = expect.stringMatching(new RegExp(`^${MAX_UNHEARD} connections .* try again in a moment$`, "u"));
    expect(refused).toEqual({ kind: "refused", refusal: { code: "busy", text } });
    for (const socket of idle) socket.destroy();
    for (;;) {
      const { kind } = await ask(own, "command", { command: RESET });
      if (kind === "answered") break;
    }
  });
});

describe("slow commands", () => {
  const line = `${JSON.stringify({ version: 1, do: "command", command: RESET })}\n`;

  /** Commands that end when they are released. */
  function slowly() {
    const released: (() => void)[] = [];
    const outcome = (): Promise<CommandOutcome> =>
      new Promise((resolve) => released.push(() => resolve({ kind: "timedOut" })));
    const waiting = async (count: number): Promise<void> => {
      while (released.length < count) await new Promise((resolve) => setImmediate(resolve));
    };
    return { released, outcome, waiting };
  }

  it("of many users keep no other user from sending his, though each waits for minutes", async () => {
    const data = controls.folder();
    const { released, outcome, waiting } = slowly();
    await controls.open(data, {
      outcome: (command) => (command.chargePointId === "FAST" ? Promise.resolve({ kind: "offline" }) : outcome()),
    });
    const many = Array.from({ length: 300 }, () => say(data, line));
    await waiting(300);
    expect(await ask(data, "command", { command: { ...RESET, chargePointId: "FAST" } })).toMatchObject({
      answer: { outcome: { kind: "offline" } },
    });
    for (const release of released) release();
    for (const answer of await Promise.all(many)) expect(answer).toMatchObject({ outcome: { kind: "timedOut" } });
  });

  it("are bounded: the next is not handed over, and told which limit it is and what to do", async () => {
    const data = controls.folder();
    const { released, outcome, waiting } = slowly();
    await controls.open(data, { maxCommands: 2, outcome });
    const gone = dial(data);
    gone.write(line);
    const patient = say(data, line);
    await waiting(2);
    // That its user has gone ends no command.
    gone.destroy();
    await once(gone, "close");
    controls.commands.length = 0;
    const text = expect.stringMatching(/^2 commands wait .*limits\.maxLocalCommands.*wait until some have ended/u);
    const busy = { kind: "refused", refusal: { code: "busy", text } };
    expect(await ask(data, "command", { command: RESET })).toEqual(busy);
    expect(controls.commands).toEqual([]);
    for (const release of released) release();
    await patient;
    const again = ask(data, "command", { command: RESET });
    await waiting(3);
    released[2]?.();
    expect(await again).toMatchObject({ kind: "answered" });
  });

  it("that fail give their room back", async () => {
    const data = controls.folder();
    await controls.open(data, { maxCommands: 1, outcome: () => Promise.reject(new Error("inside")) });
    for (let count = 0; count < 3; count++)
      expect(await ask(data, "command", { command: RESET })).toMatchObject({ refusal: { code: "failed" } });
  });
});
