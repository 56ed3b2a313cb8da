// The configuration keys of a charge point as datapoints: which column each has, and what a write of it wants. They stand behind the columns
// of the table, because every charge point has keys of its own.
import type { actionsFromCentralSystem } from "../schema/ocpp16.generated.ts";
import { isSecretKey, namesSecret } from "../twin/secretKeys.ts";
import type { ConfigurationKey } from "../twin/twin.ts";
import { roleForAction } from "./commandRoles.ts";
import type { Datapoint } from "./row.ts";
import { chargePointTable } from "./table.ts";

/** The group under which they are browsed. */
export const CONFIGURATION_GROUP = "Configuration";

/** A key without its value. */
export type ListedKey = Pick<ConfigurationKey, "key" | "readonly">;

/** The column of the first key; the others follow in the order in which keys were first reported. */
export const firstKeyColumn = chargePointTable.datapoints.length;

const CHANGE = "ChangeConfiguration" satisfies (typeof actionsFromCentralSystem)[number];

/** What the key at a place of the list is as a row; a key need not have a value. */
export function rowOfKey({ key, readonly }: ListedKey): Datapoint["row"] {
  return {
    type: "String",
    description: isSecretKey(key) ? "Configuration key; a secret, whose value is not shown" : "Configuration key",
    ...(readonly
      ? {}
      : {
          write: {
            // OCPP-J 1.6 §6.2: whoever knows the AuthorizationKey can pass for the charge point.
            role: isSecretKey(key) || namesSecret(key) ? "administrator" : roleForAction(CHANGE, true),
            command: ({ chargePointId }, value) => ({
              kind: "call",
              chargePointId,
              action: CHANGE,
              payload: { key, value: String(value) },
            }),
          },
        }),
  };
}
