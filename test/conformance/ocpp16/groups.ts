// All published test cases for a central system of OCPP 1.6, by the profile that they belong to.
import type { Case } from "./case.ts";
import { core } from "./core.ts";
import { firmware } from "./firmware.ts";
import { localList } from "./localList.ts";
import { remoteTrigger } from "./remoteTrigger.ts";
import { reservation } from "./reservation.ts";
import { security } from "./security.ts";
import { smartCharging } from "./smartCharging.ts";

/** In the order of their numbers within each group. */
export const groups: Readonly<Record<string, readonly Case[]>> = Object.fromEntries(
  Object.entries({
    Core: core,
    "Local authorization list": localList,
    "Firmware management": firmware,
    Reservation: reservation,
    "Remote trigger": remoteTrigger,
    "Smart charging": smartCharging,
    Security: security,
  }).map(([name, cases]) => [name, cases.toSorted((one, other) => one.id.localeCompare(other.id))]),
);
