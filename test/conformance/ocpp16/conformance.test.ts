// The published test cases for a central system of OCPP 1.6 (OCTT), each played against one whole bridge by a charge point of its own.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openSession, startBridgeInTest } from "../../flow/bridgeInTest.ts";
import { Shows } from "../../flow/shownInTest.ts";
import { Authority, serverWish } from "../../ocpp/certificatesInTest.ts";
import type { Case } from "./case.ts";
import { groups } from "./groups.ts";
import { Station, type Authorities, type Surroundings } from "./station.ts";
import { BLOCKED, EXPIRED, HEARTBEAT_SECONDS, INVALID, ORGANIZATION, PARENT, SIBLING, VALID } from "./steps.ts";

/** The numbers of the published cases. */
const PUBLISHED = `001 003 004_1 004_2 005_1 007 010 011_1 011_2 012 013 014 017_1 017_2 018_1 019_1 019_2 021 023_1 023_2 023_3 024
026 028 030 031 032_1 037_1 037_3 039 040_1 040_2 042_1 042_2 043_1 043_3 043_4 043_5 044_1 044_2 044_3 045_1 045_2 046 047 048_1
048_2 048_3 048_4 049 051 052 053 054 055 056 057 059 061 064 066 067 073 074 075_1 075_2 076 077 078 079 080 081 083 085 086 087 088`;

const rules = `version: 1
rules:
  - { name: family, on: [Authorize, StartTransaction, StopTransaction], when: 'idTag in ["${VALID}", "${SIBLING}"]', then: { status: Accepted, parentIdTag: ${PARENT} } }
  - { name: expired, on: [Authorize, StartTransaction], when: 'idTag == "${EXPIRED}"', then: { status: Expired } }
  - { name: blocked, on: [Authorize, StartTransaction], when: 'idTag == "${BLOCKED}"', then: { status: Blocked } }
  - { name: invalid, on: [Authorize, StartTransaction], when: 'idTag == "${INVALID}"', then: { status: Invalid } }
`;

const cases = Object.values(groups).flat();
const register = cases.map((one) => {
  const { id, password } = one;
  return `  - ${JSON.stringify({ id, connectors: 1, validation: "strict", password })}`;
});
const settings = `ocpp:
  listeners:
    - { host: 127.0.0.1, port: 0, securityProfile: 0 }
    - { host: 127.0.0.1, port: 0, securityProfile: 1 }
    - { host: 127.0.0.1, port: 0, securityProfile: 2, tls: { certificate: server.pem, key: server.key } }
    - host: 127.0.0.1
      port: 0
      securityProfile: 3
      tls: { certificate: server.pem, key: server.key, clientCa: ca.pem, organization: ${ORGANIZATION} }
  certificateAuthority: { certificate: ca.pem, key: ca.key }
  heartbeatIntervalSeconds: ${HEARTBEAT_SECONDS}
rules: [rules.yaml]
chargePoints:
${register.join("\n")}
`;

let surroundings: Surroundings;
let stop: () => Promise<void>;

async function createAuthorities(): Promise<Authorities> {
  const [central, manufacturer, chargePoints, expired] = await Promise.all([
    Authority.create("CN=Central System Root"),
    Authority.create("CN=Manufacturer Root"),
    Authority.create("CN=Charge Point Root"),
    Authority.create("CN=Expired Root", { until: -1 }),
  ]);
  return { central, manufacturer, chargePoints, expired };
}

beforeAll(async () => {
  const authorities = await createAuthorities();
  const server = await authorities.central.issue(serverWish);
  const ca = authorities.chargePoints.issued;
  const tls = { "server.pem": server.cert, "server.key": server.key, "ca.pem": ca.cert, "ca.key": ca.key };
  const bridge = await startBridgeInTest(settings, 0, "administrator", { files: { "rules.yaml": rules, ...tls } });
  const client = await openSession(bridge.bridge.addresses.opcua);
  const { session } = client;
  surroundings = { endpoints: bridge.bridge.addresses.ocpp, authorities, session, shows: new Shows(session) };
  stop = async () => {
    await client.close();
    await bridge.stop();
  };
}, 60_000);
afterAll(() => stop());

test("every published case is there once", () => {
  const numbers = PUBLISHED.split(/\s+/u).map((number) => `TC_${number}_CSMS`);
  expect(numbers).toHaveLength(77);
  expect(cases.map(({ id }) => id).toSorted()).toEqual(numbers.toSorted());
});

async function play({ id, steps }: Case): Promise<void> {
  const station = new Station(id, surroundings);
  try {
    for (const step of steps) await step(station);
    // OCTT expects that nothing is asked that nobody has wanted, as GetConfiguration after a boot.
    station.wasLeftAlone();
  } finally {
    await station.disconnect();
  }
}

describe.each(Object.entries(groups))("%s", (_, inGroup) => {
  const named = inGroup.map((one) => [`${one.id} ${one.title}`, one] as const);
  test.for(named)("%s", ([, one]) => play(one));
});
