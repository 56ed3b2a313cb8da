// The conformance units of OPC 10000-7 that concern this server, by their groups: the one table of what is claimed, and of what is not.
import { addressSpace, dataAccess, methods } from "./addressSpace.ts";
import { attributes } from "./attributes.ts";
import { baseInformation } from "./baseInformation.ts";
import { alarms, events } from "./events.ts";
import { history } from "./history.ts";
import { monitoring } from "./monitoring.ts";
import { security } from "./security.ts";
import { sessions } from "./sessions.ts";
import { subscriptions } from "./subscriptions.ts";
import type { Unit } from "./unit.ts";
import { views } from "./views.ts";

export const groups: Readonly<Record<string, readonly Unit[]>> = {
  "Address Space Model": addressSpace,
  "Attribute Services": attributes,
  "Base Information": baseInformation,
  "Discovery and Session Services": sessions,
  "View Services": views,
  "Monitored Item Services": monitoring,
  "Subscription Services": subscriptions,
  "Method Services": methods,
  "Data Access": dataAccess,
  Events: events,
  "Alarms and Conditions": alarms,
  "Security and Auditing": security,
  "Historical Access": history,
};
