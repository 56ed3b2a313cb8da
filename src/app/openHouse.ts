// The house as it stands when the bridge begins: the store is opened, and what it knows of before is put where it was.
import type { Settings } from "../settings/settings.ts";
import type { Vendors } from "../settings/vendors.ts";
import type { Clock } from "../std/clock.ts";
import type { Counts } from "../std/counts.ts";
import type { Lifecycle } from "../std/lifecycle.ts";
import type { Log } from "../std/log.ts";
import { openHistory, type OpenedHistory } from "../store/history/history.ts";
import { openExchangeLog } from "../store/exchangeLog.ts";
import { openStore, type Store } from "../store/store.ts";
import type { MessageLog, Projection } from "../twin/ports.ts";
import { Accounts } from "./accounts.ts";
import { Sequences } from "./announce.ts";
import type { House } from "./apply.ts";
import { fillHouse } from "./fillHouse.ts";
import { IdTags } from "./idTags.ts";
import { entriesFrom } from "./keptRegister.ts";
import { keepMessages } from "./keepMessages.ts";
import { Register } from "./register.ts";
import { RunningIdTags } from "./runningIdTags.ts";
import { Twins } from "./twins.ts";
import { VendorProfiles } from "./vendorProfiles.ts";

export interface OpenedHouse {
  readonly house: House;
  /** Whoever is added to it is told of what changes from then on. */
  readonly projections: Projection[];
  readonly register: Register;
  readonly vendorProfiles: VendorProfiles;
  readonly idTags: IdTags;
  readonly accounts: Accounts;
  /** Where they charge. */
  readonly runningIdTags: RunningIdTags;
  readonly store: Store;
  readonly history: OpenedHistory;
  /** Undefined where the settings want none kept. */
  readonly messages: MessageLog | undefined;
}

export interface HouseOptions {
  readonly settings: Settings;
  readonly vendors: Vendors;
  readonly clock: Clock;
  readonly log: Log;
  readonly counts: Counts;
}

/** Rejects when the store cannot be used. */
export async function openHouse(lifecycle: Lifecycle, options: HouseOptions): Promise<OpenedHouse> {
  const { settings, vendors, clock, log, counts } = options;
  const store = await lifecycle.start("store", () =>
    openStore({
      directory: settings.store.directory,
      clock,
      log: log.child({ part: "store" }),
      originOf: (id) => register.originOf(id),
    }),
  );
  const history = await lifecycle.start("history", () =>
    openHistory({
      directory: settings.store.directory,
      historyDays: settings.store.historyDays,
      maxQueuedSamples: settings.limits.maxQueuedSamples,
      vendorDatapoints: vendors.datapoints,
      clock,
      counts,
      log: log.child({ part: "history" }),
    }),
  );
  const register = new Register(settings, entriesFrom(store.restored.register, log), store.register);
  const vendorProfiles = new VendorProfiles(vendors, (id) => register.get(id));
  const idTags = new IdTags(settings.limits.maxIdTags, store.restored.idTags, store.idTags);
  const accounts = new Accounts(store.restored.accounts, store.account);
  const runningIdTags = new RunningIdTags();
  const projections: Projection[] = [store.projection, history.projection, runningIdTags];
  const house: House = { twins: new Twins(), projections, sequences: new Sequences() };
  const forget = (id: string): void => store.projection.forget(id, clock.now());
  fillHouse({ house, settings, vendorProfiles, register, clock, log, known: store.restored, forget });
  const messages = await startMessageLog(lifecycle, options, register);
  const opened = { register, vendorProfiles, idTags, accounts, runningIdTags, store, history, messages };
  return { house, projections, ...opened };
}

async function startMessageLog(
  lifecycle: Lifecycle,
  { settings: { store }, clock, log, counts }: HouseOptions,
  register: Register,
): Promise<MessageLog | undefined> {
  const { directory, messageLog } = store;
  const { keep, days, megabytes } = messageLog;
  if (keep === "off") return undefined;
  const lost = (count: number): void => counts.add("messagesNotKept", count);
  const kept = await lifecycle.start("messages", async () =>
    openExchangeLog({ directory, days, megabytes, clock, lost, log: log.child({ part: "messages" }) }),
  );
  return keepMessages({ keep, validationOf: (id) => register.validationOf(id), log: kept });
}
