// The client that calls SCADA's own method, where the settings name one: how it is started, asked and shown.
import type { Source } from "../decisions/sources/source.ts";
import { openScadaMethod, type ScadaMethodClient } from "../opcua/client/scadaMethod.ts";
import type { Lifecycle } from "../std/lifecycle.ts";
import type { Settings } from "../settings/settings.ts";
import type { Clock } from "../std/clock.ts";
import type { Log } from "../std/log.ts";

/** The client once it is started; undefined before, and where the settings name no method. */
export type ScadaMethod = () => ScadaMethodClient | undefined;

/** Parts of a message of OPC UA beside the text of a question or an answer. */
const MESSAGE_OVERHEAD_BYTES = 1024 * 1024;
/** JSON may be longer when it is written anew: 1e20 becomes 21 digits. */
const LONGER_WHEN_WRITTEN_ANEW = 6;

interface StartOptions {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly log: Log;
}

/** To be started after the server: the two share a certificate, which the server makes where there is none. */
export async function startScadaMethod(
  lifecycle: Lifecycle,
  { settings: { decisions, store, opcua, limits }, clock, log }: StartOptions,
): Promise<ScadaMethodClient | undefined> {
  const method = decisions.scadaMethod;
  if (method === undefined) return undefined;
  const longest = Math.max(limits.maxFrameBytes * LONGER_WHEN_WRITTEN_ANEW, limits.maxCallBytes);
  const client = {
    method,
    application: { ...opcua, dataDirectory: store.directory },
    maxAnswerBytes: limits.maxCallBytes,
    maxMessageBytes: MESSAGE_OVERHEAD_BYTES + longest,
  };
  return lifecycle.start("scadaMethod", async () =>
    openScadaMethod({ client, maxCalls: limits.maxScadaCalls, clock, log }),
  );
}

/** The source `scada`; undefined where the settings name no method. */
export function askScadaMethod({ settings }: Pick<StartOptions, "settings">, method: ScadaMethod): Source | undefined {
  if (settings.decisions.scadaMethod === undefined) return undefined;
  return (question, deadline) => {
    const client = method();
    if (client === undefined) throw new Error("it is not started");
    return client.ask(question, deadline);
  };
}

/** As /Bridge shows it. */
export function scadaMethodState(
  { settings }: Pick<StartOptions, "settings">,
  method: ScadaMethod,
): "off" | "connected" | "unreachable" {
  if (settings.decisions.scadaMethod === undefined) return "off";
  return method()?.isConnected() === true ? "connected" : "unreachable";
}
