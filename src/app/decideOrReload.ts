// Commands that concern decisions: an answer to a question that waits for SCADA, and the rules read again. Nothing is sent and nothing waits.
import type { CommandOutcome, DecisionCommand, Requester } from "../twin/commands.ts";
import type { RoadOut } from "./roadOut.ts";

export function decideOrReload(
  { decisions }: Pick<RoadOut, "decisions">,
  command: DecisionCommand,
  { user }: Pick<Requester, "user">,
): CommandOutcome {
  if (command.kind === "reloadRules") {
    const error = decisions.reload();
    return error === "" ? done : { kind: "conflict", text: error };
  }
  const { requestId, status, expiryDate, parentIdTag, data } = command;
  const answer = {
    status,
    ...(expiryDate !== undefined && { expiryDate }),
    ...(parentIdTag !== undefined && { parentIdTag }),
    ...(data !== undefined && { data }),
  };
  const answering = decisions.scada.answer(requestId, answer, user);
  switch (answering.kind) {
    case "taken":
      return done;
    case "flawed":
      return { kind: "invalid", path: answering.path, text: answering.text };
    case "notOpen":
      return { kind: "conflict", text: notOpen };
  }
}

const done: CommandOutcome = { kind: "answered", response: {} };
const notOpen =
  "no such question is open: it has been answered already, its deadline is over, or there has never been one";
