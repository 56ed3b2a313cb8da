// Users through the whole bridge: one is added on the machine itself, logs in over OPC UA with his rights, is found again after a restart, and
// is gone with his session once he is removed; administrators are told of all of it.
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { ask } from "../../src/control/ask.ts";
import { silentLog, type Log } from "../../src/std/log.ts";
import type { AccountCommand } from "../../src/twin/commands.ts";
import { listen } from "../opcua/auditsInTest.ts";
import { call, on } from "../opcua/callsInTest.ts";
import { connect, eventually, temporaryFolder, type Connected } from "../opcua/fixture.ts";
import { startBridgeInTest } from "./bridgeInTest.ts";

const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

const PASSWORD = "correct horse";
const anna = { chargePointId: "", name: "anna" };
const bert = { chargePointId: "", name: "bert" };

it("come, do what they may, stay over a restart and go", async () => {
  const folder = await temporaryFolder();
  cleanUps.push(() => folder.clean());
  const data = join(folder.path, "data");
  const lines: unknown[] = [];
  const write: Log["info"] = (fields, message) => void lines.push({ fields, message });
  const log: Log = { ...silentLog, info: write, warn: write, error: write, child: () => log };
  const start = async (): Promise<Awaited<ReturnType<typeof startBridgeInTest>>> =>
    startBridgeInTest("chargePoints: [{ id: CP001 }]", 0, "none", { data, log });
  const change = async (command: AccountCommand): Promise<unknown> => {
    const asked = await ask(data, "command", { command });
    return asked.kind === "answered" ? asked.answer.outcome.kind : asked;
  };

  let bridge = await start();
  const login = async (userName: string): Promise<Connected> =>
    connect(bridge.bridge.addresses.opcua, folder.path, "None", { type: 1, userName, password: PASSWORD });
  await expect(login("anna")).rejects.toThrow("BadUserAccessDenied");
  expect(await change({ kind: "addAccount", ...anna, role: "administrator", password: PASSWORD })).toBe("answered");
  expect(await change({ kind: "addAccount", ...bert, role: "observer", password: PASSWORD })).toBe("answered");
  await bridge.stop();

  bridge = await start();
  cleanUps.push(() => bridge.stop());
  const administrator = await login("anna");
  cleanUps.push(administrator.close);
  const audits = await listen(administrator.session);
  const user = await login("bert");
  expect((await call(user.session, on("CP001", "ClearCache"))).status).toBe("BadUserAccessDenied");
  expect(await change({ kind: "setAccountRole", ...bert, role: "operator" })).toBe("answered");
  await eventually(async () => (await call(user.session, on("CP001", "ClearCache"))).status === "BadNoCommunication");
  expect(await change({ kind: "setAccountPassword", ...bert, password: "another horse" })).toBe("answered");
  await eventually(() => audits.some((audit) => audit["SourceName"] === "Session/Terminated"));
  await user.client.disconnect();
  await expect(login("bert")).rejects.toThrow("BadUserAccessDenied");
  expect(await change({ kind: "removeAccount", ...bert })).toBe("answered");

  await eventually(() => audits.some((audit) => audit["SourceName"] === "cli/Accounts/Remove"));
  expect(audits.map((audit) => [audit["SourceName"], audit["Status"]])).toEqual(
    expect.arrayContaining([
      ["Session/ActivateSession", true],
      ["Session/ActivateSession", false],
      ["Attribute/Call", false],
      ["cli/Accounts/SetRole", true],
      ["cli/Accounts/SetPassword", true],
    ]),
  );
  expect(JSON.stringify([audits, lines])).not.toContain("horse");
}, 60_000);
