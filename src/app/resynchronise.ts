// What the bridge asks of a charge point that has come back: what it has not said by itself, and only what does no harm. It never asks
// for a BootNotification (errata 3.40: some reboot), changes nothing, and asks a firmware that knows no TriggerMessage only once.
import type { Settings } from "../settings/settings.ts";
import type { Clock, Timer } from "../std/clock.ts";
import type { CallCommand, CommandOutcome, Payload } from "../twin/commands.ts";
import type { Projection } from "../twin/ports.ts";
import type { Twin } from "../twin/twin.ts";

export interface ResynchronisationOptions {
  readonly clock: Clock;
  readonly settings: Settings["ocpp"]["resynchronisation"];
  readonly twinOf: (chargePointId: string) => Twin | undefined;
  /** Sends a call; never rejects. */
  readonly call: (command: Pick<CallCommand, "chargePointId" | "action" | "payload">) => Promise<CommandOutcome>;
}

/** OCPP-J 1.6 §4.2.3: the action is not known, or known and not supported. Other errors are about one message. */
const UNKNOWN_ACTION: ReadonlySet<string> = new Set(["NotImplemented", "NotSupported"]);

/** Follows the links of the twins like any projection. */
export class Resynchronisation implements Projection {
  readonly #options: ResynchronisationOptions;
  readonly #due = new Map<string, Timer>();
  /** The firmware versions of those that know no TriggerMessage. */
  readonly #untriggerable = new Map<string, string | undefined>();

  constructor(options: ResynchronisationOptions) {
    this.#options = options;
  }

  publish(before: Twin | undefined, after: Twin): void {
    if (before === undefined || before.link === after.link) return;
    this.#cancel(after.id);
    const { clock, settings } = this.#options;
    const isAsked = settings.afterSeconds > 0 || settings.configuration;
    if (after.link.state !== "Connected" || !isAsked) return;
    this.#due.set(
      after.id,
      clock.after(settings.afterSeconds * 1000, () => void this.#ask(after.id)),
    );
  }

  forget(id: string): void {
    this.#cancel(id);
    this.#untriggerable.delete(id);
  }

  announce(): void {
    // What has happened is for those who show it.
  }

  stop(): void {
    for (const id of this.#due.keys()) this.#cancel(id);
  }

  #cancel(id: string): void {
    this.#due.get(id)?.cancel();
    this.#due.delete(id);
  }

  async #ask(id: string): Promise<void> {
    this.#due.delete(id);
    const { settings, twinOf, call } = this.#options;
    const twin = twinOf(id);
    // One that is not accepted has to boot again first, and then tells all by itself.
    if (twin === undefined || (twin.registration.answered ?? twin.registration.status) !== "Accepted") return;
    const since = twin.link.connectedSince;
    const isBack = (): boolean => twinOf(id)?.link.connectedSince === since;
    if (settings.configuration) await call({ chargePointId: id, action: "GetConfiguration", payload: {} });
    if (settings.afterSeconds === 0 || this.#isUntriggerable(twin)) return;
    for (const payload of triggersOf(twinOf(id) ?? twin)) {
      if (!isBack()) return;
      const outcome = await call({ chargePointId: id, action: "TriggerMessage", payload });
      if (outcome.kind !== "callError" || !UNKNOWN_ACTION.has(outcome.code)) continue;
      this.#untriggerable.set(id, twin.identification?.firmwareVersion);
      return;
    }
  }

  /** What one firmware does not know the next may. */
  #isUntriggerable({ id, identification }: Twin): boolean {
    return this.#untriggerable.has(id) && this.#untriggerable.get(id) === identification?.firmwareVersion;
  }
}

/** OCPP 1.6 §9.1.24: one that has told its feature profiles and not this one need not be tried. */
function mayKnowTriggers({ configuration }: Twin): boolean {
  const profiles = configuration?.get("supportedfeatureprofiles")?.value;
  return profiles === undefined || profiles.toLowerCase().includes("remotetrigger");
}

/** What a charge point has not said since it is back, as requests of TriggerMessage (OCPP 1.6 §5.17). */
function triggersOf(twin: Twin): Payload[] {
  if (twin.vendorProfile.flags.noTrigger === true || !mayKnowTriggers(twin)) return [];
  const since = twin.link.connectedSince ?? twin.link.received;
  const connectors = [...twin.connectors.values()];
  const silent = connectors.filter(({ status }) => (status?.received ?? 0) < since).map(({ id }) => id);
  // Which connectors it has, nobody knows yet: it is asked for all.
  const isUnknown = connectors.length === 0 && (twin.status?.received ?? 0) < since;
  const unmeasured = connectors
    .filter(({ transaction, meter }) => transaction?.active === true && (meter.telegram?.received ?? 0) < since)
    .map(({ id }) => id);
  return [
    ...(isUnknown ? [{ requestedMessage: "StatusNotification" }] : []),
    ...silent.map((connectorId) => ({ requestedMessage: "StatusNotification", connectorId })),
    ...unmeasured.map((connectorId) => ({ requestedMessage: "MeterValues", connectorId })),
  ];
}
