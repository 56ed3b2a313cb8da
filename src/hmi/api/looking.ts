// What the page shows of charge points: their table, the datapoints of one, and the commands that there are.
import { membersOf } from "../../datapoints/enumerations.ts";
import { chargePointMethods, connectorMethods, folderMethods, type Method } from "../../datapoints/methods.ts";
import { ok, refused, type ApiRequest, type ApiSurroundings, type Endpoint, type Reply } from "../endpoint.ts";

const list = { type: "array" };

export const looking: readonly Endpoint[] = [
  {
    method: "GET",
    path: "/api/charge-points",
    summary: "All charge points as rows of a table, as of the number of the last event `rows` of /events",
    role: "observer",
    answer: { type: "object", properties: { number: { type: "integer" }, rows: list } },
    handle: async (_, { broadcaster }) => ok(await broadcaster.table()),
  },
  {
    method: "GET",
    path: "/api/charge-points/{id}/values",
    summary: "Every datapoint of a charge point that has ever been received: path, value, quality, source time",
    role: "observer",
    answer: { type: "object", properties: { values: list } },
    handle: readValues,
  },
  {
    method: "GET",
    path: "/api/commands",
    summary: "Every command with its arguments, from which forms are made",
    role: "observer",
    answer: { type: "object", properties: { chargePoint: list, connector: list, folder: list } },
    handle: () => ok(commandsShown),
  },
];

async function readValues({ path: { id = "" } }: ApiRequest, { ask }: ApiSurroundings): Promise<Reply> {
  const values = await ask("chargePointValues", id);
  return values === undefined
    ? refused(404, `no charge point ${JSON.stringify(id.slice(0, 50))} is known`)
    : ok({ values });
}

const commandsShown = {
  chargePoint: chargePointMethods.map(shown),
  connector: connectorMethods.map(shown),
  folder: folderMethods.map(shown),
};

function shown({ name, description, role, inputs }: Method): object {
  const fields = inputs.map(({ isEnumeration, ...field }) => ({
    ...field,
    ...(isEnumeration && { members: membersOf(field.type).filter((member) => member !== "Unknown") }),
  }));
  return { name, description, role, arguments: fields };
}
