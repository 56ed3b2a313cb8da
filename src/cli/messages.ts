// `ocpp-opcua messages`: what went over the wires, the newest first, read from the file whether or not a bridge writes it.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { messageLayout } from "../store/database.ts";
import { findExchanges, jsonLineOf } from "../store/findExchanges.ts";
import type { ExchangeQuery, KeptExchange } from "../twin/keptPages.ts";
import { exitCodes } from "./exitCodes.ts";
import { harmless } from "./outcomeText.ts";
import type { SettingsPlace } from "./settingsOptions.ts";
import { inDataDirectory, writeTo, type Surroundings } from "./storeReading.ts";

export interface MessagesOptions extends SettingsPlace, Omit<ExchangeQuery, "isFaulty"> {
  readonly violations?: boolean;
  readonly limit: number;
  readonly json?: boolean;
}

/** Resolves with the exit code. */
export function messages(options: MessagesOptions, surroundings: Surroundings): Promise<number> {
  return inDataDirectory(options, surroundings, async (directory) => {
    const { chargePointId, action, since, until, violations, limit, json } = options;
    if (!existsSync(join(directory, messageLayout.fileName))) {
      surroundings.errors.write(
        `error: ${directory} has no messages.db: no bridge has run there yet, or store.messageLog.keep is off\n`,
      );
      return exitCodes.failed;
    }
    const render = json === true ? renderJson : renderText;
    const query: ExchangeQuery = { chargePointId, action, since, until, isFaulty: violations };
    for (const page of findExchanges(directory, query, limit))
      if (!(await writeTo(surroundings.out, page.map(render).join("")))) break;
    return exitCodes.ok;
  });
}

function renderJson(exchange: KeptExchange): string {
  return `${harmless(jsonLineOf(exchange))}\n`;
}

function renderText(exchange: KeptExchange): string {
  const { at, chargePointId, from, action, latencyMs, outcome, violations, request, answer } = exchange;
  const way = from === "bridge" ? `bridge -> ${chargePointId}` : `${chargePointId} -> bridge`;
  const what = action === "" ? outcome : `${action}: ${outcome}`;
  const lines = [
    `${new Date(at).toISOString()}  ${way}  ${what} (${latencyMs.toFixed(1)} ms)`,
    `    request    ${request}`,
    ...(answer === undefined ? [] : [`    answer     ${answer}`]),
    ...violations.map((violation) => `    violation  ${violation}`),
  ];
  // A frame may hold line breaks of its own, which must not pass for a line of ours.
  return lines.map((line) => `${harmless(line.replaceAll("\n", "\\n"))}\n`).join("");
}
