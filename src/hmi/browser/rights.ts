// The least role for what these pages do, as the bridge judges it (datapoints/commandRoles.ts, app/alarms.ts): only so that the page says
// beforehand what would be refused.
import type { Role } from "../../twin/commands.ts";

export const rights = {
  readKept: "operator",
  markAlarm: "operator",
  enableAlarm: "engineer",
  changeRegister: "engineer",
} as const satisfies Readonly<Record<string, Role>>;
