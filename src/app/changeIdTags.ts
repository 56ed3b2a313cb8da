// Commands that change the list of id tags, or ask it. Whoever is told that it is done finds it on disk.
import { idTagFieldsOf, readIdTag } from "../datapoints/idTagFields.ts";
import type { CommandOutcome, IdTagCommand } from "../twin/commands.ts";
import { statusAt } from "../twin/idTags.ts";
import type { IdTagResult } from "./idTags.ts";
import type { RoadOut } from "./roadOut.ts";

type Command<Kind extends IdTagCommand["kind"]> = Extract<IdTagCommand, { kind: Kind }>;

export async function changeIdTags(road: RoadOut, command: IdTagCommand): Promise<CommandOutcome> {
  switch (command.kind) {
    case "setIdTag":
      return set(road, command);
    case "removeIdTag":
      return outcomeOf(road, await road.idTags.remove(command.idTag), command.idTag);
    case "findIdTag":
      return find(road, command.idTag);
    case "importIdTags":
      return takeOver(road, command);
  }
}

async function set(road: RoadOut, command: Command<"setIdTag">): Promise<CommandOutcome> {
  const entry = readIdTag(command);
  if ("path" in entry) return { kind: "invalid", ...entry };
  return outcomeOf(road, await road.idTags.set([entry]), entry.idTag);
}

/** What the list decides now; of one that is not in it, too. */
function find({ idTags, clock }: RoadOut, idTag: string): CommandOutcome {
  const entry = idTags.find(idTag);
  if (entry === undefined) return { kind: "answered", response: { status: "Invalid", found: false } };
  const { expiryDate, parentIdTag } = idTagFieldsOf(entry);
  const response = {
    status: statusAt(entry, clock.now()),
    ...(expiryDate !== "" && { expiryDate }),
    ...(parentIdTag !== "" && { parentIdTag }),
    found: true,
  };
  return { kind: "answered", response };
}

async function takeOver(road: RoadOut, { gathering, isWhole }: Command<"importIdTags">): Promise<CommandOutcome> {
  const entries = road.idTagImports.take(gathering);
  if (entries === undefined) return { kind: "conflict", text: "nothing has been gathered for it, or no longer" };
  return outcomeOf(road, await road.idTags.set(entries, isWhole), "");
}

function outcomeOf({ settings }: RoadOut, result: IdTagResult, idTag: string): CommandOutcome {
  switch (result) {
    case "done":
      return { kind: "answered", response: {} };
    case "unknown":
      return { kind: "unknown", text: `there is no id tag ${JSON.stringify(idTag.slice(0, 20))} in the list` };
    case "full":
      return {
        kind: "conflict",
        text: `there is no room: the list has at most ${settings.limits.maxIdTags} (limits.maxIdTags)`,
      };
    case "failing":
      return { kind: "conflict", text: "not done: the store cannot write it down; repeat it once the store can" };
  }
}
