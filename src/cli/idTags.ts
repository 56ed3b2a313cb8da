// `ocpp-opcua idtags …`: reads the list from its file, and has the running bridge change it, which alone writes there.
import { ask } from "../control/ask.ts";
import { MOST_ENTRIES } from "../control/requests.ts";
import { idTagHeading, idTagLines } from "../datapoints/idTagCsv.ts";
import { idTagFieldsOf, type IdTagTexts } from "../datapoints/idTagFields.ts";
import { idTagsIn } from "../store/idTagsIn.ts";
import type { IdTagCommand } from "../twin/commands.ts";
import { exitCodeOf, exitCodes } from "./exitCodes.ts";
import { harmless } from "./outcomeText.ts";
import { closeFile, openFile } from "./outputFile.ts";
import { readIdTags } from "./readIdTags.ts";
import { say, sayOutcome } from "./say.ts";
import { explainSilence } from "./send.ts";
import type { SettingsPlace } from "./settingsOptions.ts";
import { inDataDirectory, openProgress, writeTo, type Surroundings } from "./storeReading.ts";

/** Resolves with the exit code, as all of these do. */
export function listIdTags(place: SettingsPlace, surroundings: Surroundings): Promise<number> {
  return inDataDirectory(place, surroundings, async (directory) => {
    for (const page of idTagsIn(directory))
      if (!(await writeTo(surroundings.out, page.map(idTagFieldsOf).map(renderLine).join("")))) break;
    return exitCodes.ok;
  });
}

function renderLine({ idTag, status, expiryDate, parentIdTag }: IdTagTexts): string {
  const line = `${idTag.padEnd(20)}  ${status.padEnd(8)}  ${expiryDate.padEnd(20)}  ${parentIdTag}`;
  return `${harmless(line.trimEnd())}\n`;
}

export function exportIdTags(
  { output, ...place }: SettingsPlace & { readonly output?: string },
  surroundings: Surroundings,
): Promise<number> {
  return inDataDirectory(place, surroundings, async (directory) => {
    const pages = idTagsIn(directory);
    // The file is only made once there is something to put into it.
    const first = pages.next().value ?? [];
    const stream = output === undefined ? surroundings.out : await openFile(output);
    let count = first.length;
    let isRead = await writeTo(stream, idTagHeading + idTagLines(first));
    for (const page of pages) {
      if (!isRead) break;
      count += page.length;
      isRead = await writeTo(stream, idTagLines(page));
    }
    if (output === undefined) return exitCodes.ok;
    await closeFile(stream, output);
    surroundings.errors.write(`${count} id tags in ${output}\n`);
    return exitCodes.ok;
  });
}

/** Has the bridge do one thing; `done` is what is said once it is. */
export function changeIdTags(
  command: IdTagCommand,
  place: SettingsPlace,
  surroundings: Surroundings,
  done = "done",
): Promise<number> {
  return inDataDirectory(place, surroundings, async (directory) => {
    const asked = await ask(directory, "command", { command });
    if (asked.kind !== "answered") return say(surroundings, ...explainSilence(asked, directory));
    return sayOutcome(asked.answer.outcome, surroundings, done);
  });
}

export interface ImportOptions extends SettingsPlace {
  readonly file: string;
  /** Whatever does not stand in the file is removed. */
  readonly replace?: boolean;
}

/** All of the file or nothing of it. */
export async function importIdTags(options: ImportOptions, surroundings: Surroundings): Promise<number> {
  const { file, replace = false, ...place } = options;
  const progress = openProgress(surroundings);
  const { entries, faults, faultCount } = await readIdTags(file, (count) => progress.show(`${count} id tags read`));
  progress.end();
  if (faultCount > 0) {
    for (const { line, text } of faults)
      surroundings.errors.write(harmless(`${file}${line === 0 ? "" : `:${line}`}: ${text}`).concat("\n"));
    if (faultCount > faults.length) surroundings.errors.write(`… and ${faultCount - faults.length} more\n`);
    return say(surroundings, "nothing was imported", exitCodeOf.invalid);
  }
  return inDataDirectory(place, surroundings, async (directory) => {
    const handedOver = await handOver(directory, entries, surroundings);
    if (typeof handedOver !== "object") return handedOver;
    const command = { kind: "importIdTags", chargePointId: "", isWhole: replace, ...handedOver } as const;
    return changeIdTags(command, place, surroundings, `${entries.length} id tags imported`);
  });
}

/** Piece by piece; the number under which they have been gathered, or the exit code. */
async function handOver(
  directory: string,
  entries: readonly IdTagTexts[],
  surroundings: Surroundings,
): Promise<number | { readonly gathering: number }> {
  const progress = openProgress(surroundings);
  let list: { readonly gathering: number } | undefined;
  for (let first = 0; first < entries.length; first += MOST_ENTRIES) {
    progress.show(`${first} of ${entries.length} id tags handed over`);
    const piece = entries.slice(first, first + MOST_ENTRIES);
    const asked = await ask(directory, "gatherIdTags", { ...list, entries: piece });
    if (asked.kind !== "answered") {
      progress.end();
      return say(surroundings, ...explainSilence(asked, directory));
    }
    const { gathered } = asked.answer;
    if (gathered.kind === "refused") {
      progress.end();
      return say(surroundings, `nothing was imported: ${gathered.text}`, exitCodes.failed);
    }
    list = { gathering: gathered.gathering };
  }
  progress.end();
  return list ?? exitCodes.ok;
}
