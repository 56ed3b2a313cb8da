// `ocpp-opcua decide` says which rule decides and why, without a running bridge; `check` and `run` look at the rules, too.
import { afterAll, describe, expect, it } from "vitest";
import { Workplace } from "./programInTest.ts";

const workplace = new Workplace();
afterAll(() => workplace.clean());

const RULES = `version: 1
lists: { staff: [04A1B2C3] }
rules:
  - name: staff
    on: [Authorize, StartTransaction]
    when: idTag in lists.staff
    then: { status: Accepted, parentIdTag: STAFF }
  - name: at night
    on: Authorize
    when: chargePoint.id.startsWith("DEPOT") && now.getHours("Europe/Berlin") >= 20
    then: { status: Accepted, expiryDate: '= now + duration("8h")' }
  - name: control room
    on: DataTransfer
    ask: scada
    otherwise: { status: Rejected }
defaults: { Authorize: { status: Invalid } }
`;
const SETTINGS = `rules: [rules.yaml]
ocpp: { listeners: [{ host: 127.0.0.1, port: 0, securityProfile: 0 }] }
opcua: { host: 127.0.0.1, port: 0, anonymousRole: observer }
hmi: { host: 127.0.0.1, port: 0, anonymousRole: observer }
store: { directory: data }
chargePoints: [{ id: DEPOT1, connectors: 2 }]
`;
const rulesFile = workplace.write("rules.yaml", RULES);
const config = workplace.write("bridge.yaml", SETTINGS);
const decide = (...args: string[]) => workplace.run(["decide", "--config", config, ...args]);
const AUTHORIZE = ["--action", "Authorize", "--charge-point", "DEPOT1"];

describe("decide", () => {
  it("names the rule that fits, with the values of its condition", async () => {
    const { code, out, errors } = await decide(...AUTHORIZE, "--id-tag", "04a1b2c3");
    expect([code, errors]).toEqual([0, ""]);
    expect(out).toBe(`1. staff (${rulesFile}:4) fits
   idTag in lists.staff is true
     idTag is "04a1b2c3"
     lists.staff is a list of 1
Authorize is answered {"status":"Accepted","parentIdTag":"STAFF"} by rule "staff"
`);
  });

  it("says why each rule before it does not fit, at the time that it is told", async () => {
    const { out } = await decide(...AUTHORIZE, "--id-tag", "X", "--now", "2026-07-01T18:30:00Z");
    expect(out).toContain(`1. staff (${rulesFile}:4) does not fit\n   idTag in lists.staff is false\n`);
    expect(out).toContain(`2. at night (${rulesFile}:8) fits\n`);
    expect(out).toContain('now.getHours("Europe/Berlin") is 20\n');
    expect(out).toContain('is answered {"status":"Accepted","expiryDate":"2026-07-02T02:30:00Z"} by rule "at night"\n');
  });

  it("says who would be asked, and what holds without an answer", async () => {
    const { out } = await decide("--action", "DataTransfer", "--charge-point", "CP9", "--payload", '{"vendorId":"v"}');
    expect(out).toMatch(
      /\nscada would be asked; without an answer DataTransfer is answered \{"status":"Rejected"\} by rule "control room"\n$/u,
    );
  });

  it("says that no rule fits, and that there is none", async () => {
    const none = await decide(...AUTHORIZE, "--id-tag", "X", "--now", "2026-07-01T10:00:00Z");
    expect(none.out).toMatch(/\nAuthorize is answered \{"status":"Invalid"\} by the default of the rules files\n$/u);
    const { out } = await decide("--action", "StopTransaction", "--charge-point", "CP9");
    expect(out).toBe(
      'StopTransaction is answered {"status":"Accepted"} by the default, as there is no rule about StopTransaction\n',
    );
  });

  it.each([
    [["--action", "Authorise", "--charge-point", "X"], "Allowed choices are Authorize, "],
    [["--action", "Authorize"], "required option '--charge-point <id>' not specified"],
    [[...AUTHORIZE, "--payload", "{"], "It must be JSON."],
    [[...AUTHORIZE, "--payload", "[]"], "It must be a JSON object"],
    [[...AUTHORIZE, "--now", "tonight"], "It must be a time with its offset"],
    [[...AUTHORIZE, "--connector", "-1"], "It must be a whole number."],
  ])("refuses %j with 64 (EX_USAGE)", async (args, sentence) => {
    const { code, errors } = await decide(...args);
    expect(code).toBe(64);
    expect(errors).toContain(sentence);
  });
});

describe("rules with an error", () => {
  const bad = workplace.write("bad.yaml", RULES.replace("lists.staff", "lists.stff"));
  const badConfig = workplace.write("badBridge.yaml", SETTINGS.replace("rules.yaml", "bad.yaml"));
  const said = `${bad}:6:26 error /rules/0/when
There is no list "stff"; did you mean staff?
  6 |     when: idTag in lists.stff
    |                          ^
`;

  it.each([[["check"]], [["run", "--log-level", "silent"]], [["decide", ...AUTHORIZE]]])(
    "are refused by %j with 78 (EX_CONFIG), naming the place",
    async ([command = "", ...args]) => {
      const { code, out, errors } = await workplace.run([command, "--config", badConfig, ...args]);
      expect([code, out + errors]).toEqual([78, said]);
    },
  );

  it("are taken by check once they are right, which says how many there are", async () => {
    const { code, out } = await workplace.run(["check", "--config", config]);
    expect([code, out]).toEqual([0, `${config}: the settings are usable with 3 rules\n`]);
  });
});

it("SIGHUP makes a running bridge read its rules again, also those that have not changed, and nothing else", async () => {
  const program = workplace.start(["run", "--config", config]);
  await program.says("\n");
  program.signal("SIGHUP");
  const { hmi } = JSON.parse(program.out.replace(/^ready /u, "")) as { hmi: string };
  const deadline = performance.now() + 30_000;
  while (!(await (await fetch(`${hmi}/metrics`)).text()).includes("ocpp_opcua_rule_reloads_total 1\n"))
    if (performance.now() > deadline) throw new Error(program.errors);
  program.signal("SIGTERM");
  const { code, errors } = await program.ended();
  expect(code).toBe(0);
  expect(errors).toContain("the changed rules are in use");
});
