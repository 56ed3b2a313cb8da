// CPU of an Authorize that rules decide, against one that the default decides, in bridges that are otherwise the same; yardstick: the
// bare server's answer. Half of the cards fit the first of ten rules or one in the middle, the others only the last.
import { figure, inTurns, partOf, ratio, type Bench, type Figure, type Length } from "./bench.ts";
import { bridgeSettings } from "./bridgeSettings.ts";
import { authorize, identityOf, LoadClient, sendAtOnce } from "./load.ts";
import { ServerUnderTest } from "./serverUnderTest.ts";

const CLIENTS = 100;
const WARM_UP = 20_000;
const MESSAGES = 60_000;
const ADDED = "what the rules add / bare answer";

export const authorizeByRule: Bench = {
  name: "authorizeByRule",
  title: "Cards that rules decide about",
  method:
    "CPU of an Authorize that ten rules decide, half of the cards by one of the first and half by the last, over 100 links as fast as they are answered; against the same bridge without rules.",
  yardstick: "the server of bare `ws`, which parses and answers.",
  targets: [{ figure: ADDED, atMost: 0.2 }],
  run,
};

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
}

async function openSide(server: ServerUnderTest, warmUp: number): Promise<Side> {
  const clients = await Promise.all(
    Array.from({ length: CLIENTS }, (_, index) => LoadClient.connect(server.addresses.ocpp, identityOf(index))),
  );
  await sendAtOnce(clients, warmUp, 0, authorize);
  return { server, clients };
}

async function run(length: Length): Promise<Figure[]> {
  const bridge = async (text?: string): Promise<ServerUnderTest> =>
    ServerUnderTest.startBridge(
      await bridgeSettings({ chargePoints: CLIENTS, ...(text !== undefined && { rules: text }) }),
    );
  const [warmUp, count] = [partOf(WARM_UP, length), partOf(MESSAGES, length)];
  const sides = [
    await openSide(await ServerUnderTest.start("./bareServer.ts"), warmUp),
    await openSide(await bridge(), warmUp),
    await openSide(await bridge(rules), warmUp),
  ];
  const [bare = [], byDefault = [], byRule = []] = await inTurns(
    sides,
    length.rounds,
    async ({ server, clients }, round) => {
      const before = await server.ask("cpu");
      await sendAtOnce(clients, count, warmUp + round * count, authorize);
      return ((await server.ask("cpu")) - before) / count;
    },
  );
  for (const { clients, server } of sides) {
    clients.forEach((client) => client.close());
    await server.stop();
  }
  const added = byRule.map((cost, round) => cost - (byDefault[round] ?? Number.NaN));
  return [
    figure("bare answer", "µs", bare),
    figure("Authorize by default", "µs", byDefault),
    figure("Authorize by rule", "µs", byRule),
    ratio(ADDED, "bare answer", added, bare),
    ratio("what the rules add / Authorize by default", "Authorize by default", added, byDefault),
    ratio("Authorize by rule / bare answer", "bare answer", byRule, bare),
  ];
}
