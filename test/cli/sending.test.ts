// What `ocpp-opcua send` makes of its table: flags, commands, exit codes, and what it says while it waits.
import { spawn } from "node:child_process";
import { afterAll, describe, expect, it } from "vitest";
import { acceptingStatuses, exitCodeOf, exitCodes } from "../../src/cli/exitCodes.ts";
import { flagOf } from "../../src/cli/flags.ts";
import { send } from "../../src/cli/send.ts";
import { sendables } from "../../src/cli/sendTable.ts";
import { chargePointMethods, connectorMethods, folderMethods } from "../../src/datapoints/methods.ts";
import { membersOf } from "../../src/datapoints/enumerations.ts";
import type { Command, CommandOutcome } from "../../src/twin/commands.ts";
import { ControlsInTest } from "../control/controlInTest.ts";
import { HandClock } from "../ocpp/handClock.ts";
import { Workplace } from "./programInTest.ts";

const controls = new ControlsInTest();
const workplace = new Workplace();
afterAll(async () => {
  await controls.clean();
  await workplace.clean();
});

describe("the table", () => {
  it("has every method of charge points, connectors and their folder, each once", () => {
    const names = [...chargePointMethods, ...connectorMethods, ...folderMethods].map(({ name }) => name);
    expect(sendables.map(({ method }) => method.name).toSorted()).toEqual([...new Set(names)].toSorted());
  });

  it.each(sendables.map(({ method }) => method))(
    "has flags that are read back by the names of the fields: $name",
    ({ inputs }) => {
      for (const argument of inputs) {
        const flag = flagOf(argument);
        expect(flag.attributeName()).toBe(argument.field);
        expect(flag.long).toMatch(/^--[a-z]+(-[a-z]+)*$/u);
        expect(flag.mandatory).toBe(argument.isRequired);
        expect(flag.argChoices ?? []).toEqual(argument.isEnumeration ? membersOf(argument.type).slice(1) : []);
      }
    },
  );
});

describe("what is wanted", () => {
  const cases: readonly (readonly [args: string, command: Command])[] = [
    [
      "SetLimit --connector-id 1 --amperes 9.5",
      { kind: "setLimit", chargePointId: "CP001", connectorId: 1, amperes: 9.5 },
    ],
    [
      "SetLimit --connector-id 1 --amperes -1",
      { kind: "setLimit", chargePointId: "CP001", connectorId: 1, amperes: -1 },
    ],
    ["ClearLimit --connector-id 2", { kind: "clearLimit", chargePointId: "CP001", connectorId: 2 }],
    ["RemoteStopTransaction --connector-id 1", { kind: "stopTransaction", chargePointId: "CP001", connectorId: 1 }],
    [
      "Add --password 0123 --registration Rejected",
      { kind: "add", chargePointId: "CP001", password: "0123", registration: "Rejected" },
    ],
    [
      "TriggerMessage --requested-message Heartbeat",
      { kind: "call", chargePointId: "CP001", action: "TriggerMessage", payload: { requestedMessage: "Heartbeat" } },
    ],
    ["Call --action X", { kind: "call", chargePointId: "CP001", action: "X", payload: {} }],
  ];

  it.each(cases)("by `%s` is handed over as one command", async (args, command) => {
    const data = controls.folder();
    await controls.open(data);
    controls.commands.length = 0;
    const ended = await workplace.run(["send", "--data", data, "CP001", ...args.split(" ")]);
    expect(ended).toEqual({ code: 0, out: "status: Accepted\n", errors: "" });
    expect(controls.commands.map((each) => each.command)).toEqual([command]);
  });
});

describe("the exit code", () => {
  it("is 0 for what accepts, of all that OCPP 1.6 and its security extension can answer", () => {
    const statuses = sendables.flatMap(({ method }) =>
      method.outputs.filter(({ name }) => name === "Status").flatMap(({ type }) => membersOf(type).slice(1)),
    );
    expect([...new Set(statuses)].filter((status) => acceptingStatuses.has(status)).toSorted()).toEqual([
      "Accepted",
      "AcceptedCanceled",
      "RebootRequired",
      "Scheduled",
      "Unlocked",
    ]);
  });

  const outcomes: readonly (readonly [CommandOutcome, number])[] = [
    [{ kind: "answered", response: { status: "Accepted" } }, 0],
    [{ kind: "answered", response: { listVersion: 3 } }, 0],
    [{ kind: "answered", response: { status: "Unknown" } }, 1],
    [{ kind: "answered", response: { status: "toString" } }, 1],
    [{ kind: "callError", code: "NotImplemented", description: "" }, 70],
    [{ kind: "malformed", text: "t" }, 76],
    [{ kind: "timedOut" }, 74],
    [{ kind: "tooLarge", maxFrameBytes: 65_536 }, 74],
    [{ kind: "offline" }, 68],
    [{ kind: "queueFull" }, 75],
    [{ kind: "expired" }, 75],
    [{ kind: "invalid", path: "p", text: "t" }, 65],
    [{ kind: "unsupported", text: "t" }, 64],
    [{ kind: "denied", text: "t" }, 77],
    [{ kind: "unknown", text: "t" }, 67],
    [{ kind: "conflict", text: "t" }, 1],
    [{ kind: "exists", text: "t" }, 1],
  ];

  it("stands in the table for each outcome", () => {
    const kinds = outcomes.map(([{ kind }]) => kind);
    expect([...new Set(kinds)].toSorted()).toEqual(Object.keys(exitCodeOf).toSorted());
  });

  it.each(outcomes)("of %o is %i, and either output has something to read", async (outcome, code) => {
    const data = controls.folder();
    await controls.open(data, { outcome: async () => outcome });
    const { exitCode, out, errors } = await sendTo(data);
    expect(exitCode).toBe(code);
    expect([out !== "", errors !== ""]).toEqual([outcome.kind === "answered", outcome.kind !== "answered"]);
  });

  it("is 75 (EX_TEMPFAIL) while the bridge starts", async () => {
    const data = controls.folder();
    await controls.open(data, { notReady: ["starting"] });
    expect(await sendTo(data)).toEqual({
      exitCode: exitCodes.tryAgain,
      out: "",
      errors: "error: the bridge did not do it: the bridge is not ready: starting\n",
    });
  });

  it("is 74 (EX_IOERR) when the bridge is killed before it answers", async () => {
    const data = controls.folder();
    const die = `require("fs").mkdirSync(${JSON.stringify(data)}); require("net").createServer((s) => s.on("data", () => process.exit())).listen(${JSON.stringify(`${data}/control.sock`)}, () => console.log("up"))`;
    const dying = spawn(process.execPath, ["-e", die], { stdio: ["ignore", "pipe", "ignore"] });
    await new Promise((resolve) => dying.stdout.once("data", resolve));
    const { exitCode, errors } = await sendTo(data);
    expect(exitCode).toBe(exitCodes.unknownEnd);
    expect(errors).toContain("what came of the command is unknown");
  });
});

describe("waiting", () => {
  it.each([
    ["a line on a terminal after 2 s", true, "waiting for what comes of CP001: ClearCache …\n"],
    ["nothing where nobody watches", false, ""],
  ])("says %s", async (_, isTTY, said) => {
    const data = controls.folder();
    const clock = new HandClock();
    const asked = Promise.withResolvers<void>();
    const end = Promise.withResolvers<CommandOutcome>();
    await controls.open(data, {
      outcome: () => {
        asked.resolve();
        return end.promise;
      },
    });
    const sending = sendTo(data, { clock, isTTY });
    await asked.promise;
    clock.move(2000);
    end.resolve({ kind: "answered", response: {} });
    expect(await sending).toEqual({ exitCode: 0, out: "done\n", errors: said });
    expect(clock.running).toBe(0);
  });
});

/** Sends ClearCache to the bridge of a data directory. */
async function sendTo(data: string, { clock = new HandClock(), isTTY = false } = {}) {
  const command: Command = { kind: "call", chargePointId: "CP001", action: "ClearCache", payload: {} };
  let [out, errors] = ["", ""];
  const exitCode = await send(
    command,
    { config: "", data },
    {
      clock,
      out: { write: (text) => (out += text) },
      errors: { isTTY, write: (text) => (errors += text) },
    },
  );
  return { exitCode, out, errors };
}
