// `ocpp-opcua certificates …`: shows whom the bridge trusts as OPC UA applications, and has the running bridge change it, or moves the files itself
// where none runs.
import { changeTrust } from "../app/changeTrust.ts";
import { Trust } from "../app/trust.ts";
import { ask } from "../control/ask.ts";
import type { ShownCertificate } from "../datapoints/certificates.ts";
import { loadSettings } from "../settings/load.ts";
import type { TrustCommand } from "../twin/commands.ts";
import { exitCodes } from "./exitCodes.ts";
import { harmless } from "./outcomeText.ts";
import { say, sayOutcome } from "./say.ts";
import { explainSilence } from "./send.ts";
import type { SettingsPlace } from "./settingsOptions.ts";
import { inDataDirectory, writeTo, type Surroundings } from "./storeReading.ts";

/** Resolves with the exit code, as all of these do. */
export function listCertificates(place: SettingsPlace, surroundings: Surroundings): Promise<number> {
  return inDataDirectory(place, surroundings, async (dataDirectory) => {
    const trust = new Trust({ dataDirectory, ownCertificate: ownCertificateIn(place) });
    await trust.look();
    const lines = trust.certificates().map(renderLine);
    await writeTo(surroundings.out, lines.join(""));
    return exitCodes.ok;
  });
}

/** Where the settings name one. */
function ownCertificateIn({ config }: SettingsPlace): string | undefined {
  const loaded = loadSettings(config);
  return "settings" in loaded ? loaded.settings.opcua.certificate : undefined;
}

function renderLine({ state, thumbprint, validFrom, validTo, subject }: ShownCertificate): string {
  return `${state.padEnd(8)}  ${thumbprint}  ${dayOf(validFrom)} to ${dayOf(validTo)}  ${harmless(subject)}\n`;
}

function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, "2026-01-01".length);
}

export function changeCertificates(
  kind: TrustCommand["kind"],
  thumbprint: string,
  place: SettingsPlace,
  surroundings: Surroundings,
): Promise<number> {
  return inDataDirectory(place, surroundings, async (dataDirectory) => {
    const command: TrustCommand = { kind, chargePointId: "", thumbprint };
    const asked = await ask(dataDirectory, "command", { command });
    if (asked.kind === "notRunning")
      return sayOutcome(await changeTrust(new Trust({ dataDirectory }), command), surroundings);
    if (asked.kind === "answered") return sayOutcome(asked.answer.outcome, surroundings);
    const [text, exitCode] = explainSilence(asked, dataDirectory);
    return say(surroundings, text, exitCode);
  });
}
