// `ocpp-opcua run` from start to stop, and what it says when it cannot start.
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createServer, type AddressInfo, type Server } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Workplace } from "./programInTest.ts";

const workplace = new Workplace();
let other: Server;
let takenPort: number;

beforeAll(async () => {
  other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  takenPort = (other.address() as AddressInfo).port;
});

afterAll(async () => {
  other.close();
  await workplace.clean();
});

const settings = (ports: { ocpp?: number; opcua?: number; hmi?: number } = {}): string =>
  `ocpp: { listeners: [{ host: 127.0.0.1, port: ${ports.ocpp ?? 0}, securityProfile: 0 }] }
opcua: { host: 127.0.0.1, port: ${ports.opcua ?? 0}, anonymousRole: observer }
hmi: { host: 127.0.0.1, port: ${ports.hmi ?? 0} }
store: { directory: data }
`;

describe("run", () => {
  it("refuses wrong settings with 78 (EX_CONFIG), naming the place on standard error", async () => {
    const file = workplace.write("bad.yaml", "hmi:\n  port: many\n");
    const { code, out, errors } = await workplace.run(["run", "--config", file]);
    expect([code, out]).toEqual([78, ""]);
    expect(errors).toBe(
      `${file}:2:9 error /hmi/port\n"many" is text, not a whole number.\n  2 |   port: many\n    |         ^\n`,
    );
  });

  it.each([
    ["hmi", "hmi"],
    ["opcua", "opcua"],
    ["ocpp", "ocpp.listeners[0]"],
  ])("ends with 1 and names the setting where the port of %s is taken", async (part, section) => {
    const file = workplace.write(`taken-${part}.yaml`, settings({ [part]: takenPort }));
    const { code, out, errors } = await workplace.run(["run", "--config", file, "--log-level", "error"]);
    expect([code, out]).toEqual([1, ""]);
    expect(errors).toBe(
      `ocpp-opcua cannot start: ${section}.port: port ${takenPort} on 127.0.0.1 is already in use by another program\n`,
    );
  });

  it("prints the ready line and nothing else on standard output, and ends with 0 however often it is told to", async () => {
    const file = workplace.write("run.yaml", settings());
    const program = workplace.start(["run", "--config", file], { OCPP_OPCUA_DATA: "" });
    await program.says("\n");
    const addresses = JSON.parse(program.out.replace(/^ready /u, "")) as Record<string, unknown>;
    expect(addresses).toEqual({
      ocpp: [expect.stringMatching(/^ws:\/\/127\.0\.0\.1:[1-9]\d*$/u)],
      opcua: expect.stringMatching(/^opc\.tcp:\/\/127\.0\.0\.1:[1-9]\d*$/u),
      hmi: expect.stringMatching(/^http:\/\/127\.0\.0\.1:[1-9]\d*$/u),
    });
    expect((await fetch(`${String(addresses["hmi"])}/readyz`)).status).toBe(200);
    program.signal("SIGTERM");
    program.signal("SIGTERM");
    const { code, out, errors } = await program.ended();
    expect([code, out]).toEqual([0, `ready ${JSON.stringify(addresses)}\n`]);
    for (const line of errors.trimEnd().split("\n")) expect(JSON.parse(line)).toHaveProperty("level");
    // An empty OCPP_OPCUA_DATA is none: the settings name the folder.
    expect(existsSync(join(workplace.folder, "data", "pki"))).toBe(true);
  });
});
