// The OCPP side as a whole: all listeners, their links, and the ordered stop. The composition root starts it and knows nothing below it.
import type { Clock } from "../std/clock.ts";
import type { Counts } from "../std/counts.ts";
import type { Running } from "../std/lifecycle.ts";
import type { Log } from "../std/log.ts";
import type { Settings } from "../settings/settings.ts";
import type { MessageLog } from "../twin/ports.ts";
import type { Door } from "./door.ts";
import { Gate } from "./gate.ts";
import type { LinkShared } from "./link.ts";
import { Links } from "./links.ts";
import { Listener, type NamedExpiry } from "./listener.ts";

export interface ListenersOptions {
  readonly settings: Pick<Settings, "ocpp" | "limits">;
  readonly door: Door;
  readonly clock: Clock;
  readonly log: Log;
  readonly counts: Counts;
  /** Takes note of every message; undefined where none are kept. */
  readonly messages?: MessageLog | undefined;
}

export interface Listeners extends Running {
  /** The live links. */
  readonly links: Links;
  /** Where charge points connect, one for each listener, in the order of the settings. */
  urls(): readonly string[];
  /** The certificate that expires first, and its place in the settings; undefined where no listener has any. */
  nextExpiry(): NamedExpiry | undefined;
  /** Reads the certificates of every listener again. */
  reloadCertificates(): void;
}

/** Opens every listener of the settings; when one cannot be opened, none stays open and the error is thrown. */
export async function openListeners(options: ListenersOptions): Promise<Listeners> {
  const { door, clock, log, counts, messages } = options;
  const { limits, ocpp } = options.settings;
  const { callTimeoutSeconds } = ocpp;
  const shared: LinkShared = { limits, callTimeoutSeconds, clock, log, counts, messages };
  const links = new Links(door, shared);
  const gate = new Gate({ door, limits, clock, openLinks: () => links.size });
  const open: Listener[] = [];
  const stop = async (): Promise<void> => {
    for (const listener of open) listener.stopAccepting();
    links.stop();
    await Promise.all(open.map((listener) => listener.closed()));
  };
  for (const [index, settings] of ocpp.listeners.entries()) {
    const section = `ocpp.listeners[${index}]`;
    try {
      open.push(await Listener.open(settings, { section, door, gate, links, shared }));
    } catch (error) {
      await stop();
      throw error;
    }
  }
  const reloadCertificates = (): void => open.forEach((listener) => listener.reloadCertificates());
  const nextExpiry = (): NamedExpiry | undefined =>
    open.flatMap((listener) => listener.nextExpiry ?? []).toSorted((one, other) => one.at - other.at)[0];
  return { links, urls: () => open.map((listener) => listener.url), nextExpiry, reloadCertificates, stop };
}
