// CPU of an Authorize that rules decide, against one that the default decides, in bridges that are otherwise the same; yardstick: the
// bare server's answer. Half of the cards fit the first of ten rules or one in the middle, the others only the last.
import { bridgeSettings } from "./bridgeSettings.ts";
import { authorize, identityOf, LoadClient, sendAtOnce } from "./load.ts";
import { ServerUnderTest } from "./serverUnderTest.ts";
import { median } from "./statistics.ts";

const CLIENTS = 100;
const WARM_UP = 20_000;
const MESSAGES = 40_000;
const ROUNDS = 5;

const staff = Array.from({ length: 500 }, (_, index) => `CARD${index}`).join(", ");
const depots = Array.from(
  { length: 7 },
  (_, index) =>
    `  - { name: depot ${index}, on: Authorize, when: 'chargePoint.id.startsWith("DEPOT${index}-") && now.getHours("Europe/Berlin") < 6', then: { status: Blocked } }\n`,
).join("");
const rules = `version: 1
lists: { staff: [${staff}] }
rules:
  - { name: staff, on: Authorize, when: idTag in lists.staff || idTag.endsWith("1") || idTag.endsWith("2"), then: { status: Accepted, parentIdTag: STAFF } }
${depots}  - { name: guests, on: Authorize, when: 'idTag.endsWith("3")', then: { status: Accepted, expiryDate: '= now + duration("8h")' } }
  - { name: others, on: Authorize, then: { status: Accepted } }
`;

interface Side {
  readonly server: ServerUnderTest;
  readonly clients: readonly LoadClient[];
  readonly costs: number[];
}

async function openSide(server: ServerUnderTest): Promise<Side> {
  const clients = await Promise.all(
    Array.from({ length: CLIENTS }, (_, index) => LoadClient.connect(server.addresses.ocpp, identityOf(index))),
  );
  await sendAtOnce(clients, WARM_UP, 0, authorize);
  return { server, clients, costs: [] };
}

export async function authorizeByRule(): Promise<Record<string, number>> {
  const bridge = async (text?: string): Promise<ServerUnderTest> =>
    ServerUnderTest.start("./bridgeServer.ts", [
      await bridgeSettings({ chargePoints: CLIENTS, ...(text !== undefined && { rules: text }) }),
    ]);
  const bare = await openSide(await ServerUnderTest.start("./bareServer.ts"));
  const byDefault = await openSide(await bridge());
  const byRule = await openSide(await bridge(rules));
  const sides = [bare, byDefault, byRule];
  for (let round = 0; round < ROUNDS; round++)
    for (const { server, clients, costs } of sides) {
      const before = await server.ask("cpu");
      await sendAtOnce(clients, MESSAGES, WARM_UP + round * MESSAGES, authorize);
      costs.push(((await server.ask("cpu")) - before) / MESSAGES);
    }
  for (const { clients, server } of sides) {
    clients.forEach((client) => client.close());
    await server.stop();
  }
  const [answer, plain, ruled] = [median(bare.costs), median(byDefault.costs), median(byRule.costs)];
  return {
    "bare answer (µs)": answer,
    "Authorize by default (µs)": plain,
    "Authorize by rule (µs)": ruled,
    "what the rules add, as a part of the bare answer": (ruled - plain) / answer,
    "what the rules add, as a part of the answer by default": (ruled - plain) / plain,
    "Authorize by rule as a ratio of the bare answer": ruled / answer,
  };
}
