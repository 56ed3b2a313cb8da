// Rules from a file to the answer that a charge point gets, and exchanged under a hundred charge points without one noticing.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { RPCClient } from "ocpp-rpc";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  connectChargePoint,
  openSession,
  readUntil,
  readValue,
  startBridgeInTest,
  type BridgeInTest,
} from "./bridgeInTest.ts";

const CHARGE_POINTS = 100;
const identityOf = (index: number): string => `CP${String(index).padStart(3, "0")}`;

const RULES = (staff: string): string => `version: 1
lists: { staff: { file: staff.csv, column: tag } }
rules:
  - name: staff
    on: [Authorize, StartTransaction, StopTransaction]
    when: idTag in lists.staff
    then: ${staff}
  - name: prices
    on: DataTransfer
    when: payload.vendorId == "com.example"
    then: { status: Accepted, data: '= "for " + chargePoint.model' }
  - name: our own strangers
    on: BootNotification
    when: payload.chargePointVendor == "Acme"
    then: { status: Accepted }
defaults:
  Authorize: { status: Invalid }
  StartTransaction: { status: Invalid }
`;
const ACCEPTED = "{ status: Accepted, parentIdTag: STAFF }";
const ANSWERED = { idTagInfo: { status: "Accepted", parentIdTag: "STAFF" } };

let bridge: BridgeInTest;
let opcua: Awaited<ReturnType<typeof openSession>>;
let chargePoints: RPCClient[];
let disconnects = 0;

beforeAll(async () => {
  const ids = Array.from({ length: CHARGE_POINTS }, (_, index) => `{ id: ${identityOf(index)}, connectors: 1 }`);
  bridge = await startBridgeInTest(`chargePoints: [${ids.join(", ")}]\nrules: [rules.yaml]\n`, 0, "observer", {
    files: {
      "rules.yaml": RULES(ACCEPTED),
      "staff.csv": "name,tag\nAnn,04A1B2C3\n",
    },
  });
  opcua = await openSession(bridge.bridge.addresses.opcua);
  chargePoints = await Promise.all(ids.map((_, index) => connectChargePoint(bridge.ocpp, identityOf(index))));
  for (const chargePoint of chargePoints) chargePoint.on("disconnect", () => disconnects++);
  await Promise.all(
    chargePoints.map((each) => each.call("BootNotification", { chargePointVendor: "V", chargePointModel: "M1" })),
  );
});

afterAll(async () => {
  await Promise.all(chargePoints.map((each) => each.close({ force: true })));
  await opcua.close();
  await bridge.stop();
});

const write = (name: string, text: string): void => writeFileSync(join(bridge.directory, name), text);
const [first, second] = [0, 1] as const;
const at = (index: number): RPCClient => chargePoints[index] as RPCClient;

describe("rules decide what charge points ask", () => {
  it("Authorize: by a list from a file, and by the default of the rules", async () => {
    expect(await at(first).call("Authorize", { idTag: "04a1b2c3" })).toEqual(ANSWERED);
    expect(await at(first).call("Authorize", { idTag: "04FFFFFF" })).toEqual({ idTagInfo: { status: "Invalid" } });
  });

  it("StartTransaction: a refused one is answered, and shown, as refused", async () => {
    const start = { connectorId: 1, meterStart: 0, timestamp: new Date().toISOString() };
    const answer = (idTag: string): Promise<unknown> => at(first).call("StartTransaction", { ...start, idTag });
    expect(await answer("04FFFFFF")).toMatchObject({ idTagInfo: { status: "Invalid" } });
    await readValue(opcua.session, "CP000/Connector1/Transaction/Start/IdTag", "04FFFFFF");
    expect(await answer("04A1B2C3")).toMatchObject(ANSWERED);
  });

  it("DataTransfer: with data that is computed", async () => {
    expect(await at(first).call("DataTransfer", { vendorId: "com.example" })).toEqual({
      status: "Accepted",
      data: "for M1",
    });
    expect(await at(first).call("DataTransfer", { vendorId: "com.other" })).toEqual({ status: "UnknownVendorId" });
  });

  it("BootNotification of an unknown charge point, which is registered as it was decided", async () => {
    const boot = { chargePointModel: "M2" };
    const ours = await connectChargePoint(bridge.ocpp, "NEW1");
    const other = await connectChargePoint(bridge.ocpp, "NEW2");
    expect(await ours.call("BootNotification", { ...boot, chargePointVendor: "Acme" })).toMatchObject({
      status: "Accepted",
    });
    expect(await other.call("BootNotification", { ...boot, chargePointVendor: "Other" })).toMatchObject({
      status: "Pending",
    });
    await readValue(opcua.session, "NEW1/Config/RegistrationStatus", 1);
    expect(await ours.call("Heartbeat", {})).toHaveProperty("currentTime");
    await ours.close();
    await other.close();
  });
});

describe("rules change while charge points are connected", () => {
  it("as a whole, for all of them, and none is disturbed", async () => {
    const answers = new Set<string>();
    const over = new AbortController();
    // They go on asking all the while, and each answer is one of the rules from before or one of those after.
    const asking = Promise.all(
      chargePoints.map(async (chargePoint) => {
        while (!over.signal.aborted)
          answers.add(JSON.stringify(await chargePoint.call("Authorize", { idTag: "04A1B2C3" })));
      }),
    );
    write("rules.yaml", RULES("{ status: Expired, parentIdTag: LATER }"));
    const later = JSON.stringify({ idTagInfo: { status: "Expired", parentIdTag: "LATER" } });
    await until(() => answers.has(later));
    over.abort();
    await asking;
    expect(answers).toEqual(new Set([JSON.stringify(ANSWERED), later]));
    const after = await Promise.all(chargePoints.map((each) => each.call("Authorize", { idTag: "04A1B2C3" })));
    expect(new Set(after.map((each) => JSON.stringify(each)))).toEqual(new Set([later]));
    expect(disconnects).toBe(0);
    await readValue(opcua.session, "/Bridge/RulesInUse", 3);
  });

  it("also by a list alone", async () => {
    write("staff.csv", "name,tag\nBob,04BB\n");
    await until(async () => JSON.stringify(await at(second).call("Authorize", { idTag: "04BB" })).includes("Expired"));
    expect(await at(second).call("Authorize", { idTag: "04A1B2C3" })).toEqual({ idTagInfo: { status: "Invalid" } });
  });

  it("but not to a file with an error: those from before stay, and SCADA sees why", async () => {
    write("rules.yaml", RULES("{ status: Expierd }"));
    const { value } = await readUntil(opcua.session, "/Bridge/RulesError", (seen) => String(seen.value.value) !== "");
    expect(value.value).toMatch(
      /rules\.yaml:7:\d+ "Expierd" is no status of an answer to Authorize; did you mean Expired\?$/u,
    );
    expect(await at(second).call("Authorize", { idTag: "04BB" })).toMatchObject({ idTagInfo: { status: "Expired" } });
    const metrics = await (await fetch(`${bridge.bridge.addresses.hmi}/metrics`)).text();
    expect(metrics).toMatch(/^ocpp_opcua_rules_refused 1$/mu);
    expect(metrics).toMatch(/^ocpp_opcua_rules_in_use 3$/mu);
    write("rules.yaml", RULES(ACCEPTED));
    await readValue(opcua.session, "/Bridge/RulesError", "");
    expect(await at(second).call("Authorize", { idTag: "04BB" })).toEqual(ANSWERED);
    expect(disconnects).toBe(0);
  });

  it("and at once when the bridge is told to read them again", async () => {
    write("rules.yaml", RULES("{ status: Blocked }"));
    bridge.bridge.reloadRules();
    expect(await at(second).call("Authorize", { idTag: "04BB" })).toEqual({ idTagInfo: { status: "Blocked" } });
  });
});

async function until(fits: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 30_000;
  while (!(await fits())) {
    if (performance.now() > deadline) throw new Error("it has not happened in time");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
