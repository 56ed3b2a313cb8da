// THE ROAD OUT: what becomes of a command, step by step as ARCHITECTURE.md draws it. Each step stands in a file of its own.
import { checkRequest } from "../ocpp/checkRequest.ts";
import type { CallCommand, Command, CommandOutcome, ConnectorCommand, Requester } from "../twin/commands.ts";
import { allow } from "./allow.ts";
import { applyAnswer } from "./applyAnswer.ts";
import { applyConfiguration } from "./applyConfiguration.ts";
import { callChargePoint } from "./callChargePoint.ts";
import { changeAccounts } from "./changeAccounts.ts";
import { changeIdTags } from "./changeIdTags.ts";
import { changePassword, isPasswordChange } from "./changePassword.ts";
import { changeRegister } from "./changeRegister.ts";
import { changeTrust } from "./changeTrust.ts";
import { changeTwin } from "./changeTwin.ts";
import { prepare, trigger } from "./commandVariables.ts";
import { decideOrReload } from "./decideOrReload.ts";
import { encode } from "./encode.ts";
import { locate } from "./locations.ts";
import type { OutgoingRequest, RoadOut, Settled, Wanted } from "./roadOut.ts";
import { sendIdTags } from "./sendIdTags.ts";
import { tell } from "./tell.ts";

/** Does what is wanted and says what came of it; never rejects. */
export async function sendCommand(
  road: RoadOut,
  command: Command,
  requester: Requester,
  flaw?: string,
): Promise<CommandOutcome> {
  const wanted: Wanted = { command, requester, at: road.clock.now(), flaw };
  let settled: Settled | undefined;
  try {
    settled = await travel(road, wanted);
    tell(road, wanted, settled);
    return settled.outcome;
  } catch (error) {
    fail(road, wanted, error);
    return settled?.outcome ?? failed;
  }
}

async function travel(road: RoadOut, { command, ...wanted }: Wanted): Promise<Settled> {
  const refusal = allow(road, { ...wanted, command });
  if (refusal !== undefined) return { outcome: refusal };
  switch (command.kind) {
    case "call":
    case "setLimit":
    case "clearLimit":
    case "stopTransaction":
      return send(road, { ...wanted, command });
    case "setRegistration":
    case "setHeartbeatInterval":
      return { outcome: changeTwin(road, command) };
    case "prepare":
      return { outcome: prepare(road, command, wanted.requester) };
    case "trigger":
      return { outcome: trigger(road, { ...wanted, command }, sendCommand) };
    case "add":
    case "remove":
      return { outcome: await changeRegister(road, command) };
    case "sendIdTags":
      return sendIdTags(road, { ...wanted, command }, send);
    case "applyConfiguration":
      return applyConfiguration(road, { ...wanted, command }, send);
    case "setIdTag":
    case "removeIdTag":
    case "findIdTag":
    case "importIdTags":
      return { outcome: await changeIdTags(road, command) };
    case "addAccount":
    case "removeAccount":
    case "setAccountPassword":
    case "setAccountCertificate":
    case "setAccountRole":
    case "enableAccount":
      return { outcome: await changeAccounts(road.accounts, command, wanted.at) };
    case "trustCertificate":
    case "rejectCertificate":
      return { outcome: await changeTrust(road.trust, command) };
    case "answerDecision":
    case "reloadRules":
      return { outcome: decideOrReload(road, command, wanted.requester) };
  }
}

/** A call that the bridge makes by itself: nobody's rights are judged, and nobody is told how it ends. Never rejects. */
export async function callUnasked(
  road: RoadOut,
  command: Pick<CallCommand, "chargePointId" | "action" | "payload">,
): Promise<CommandOutcome> {
  const wanted = { command: { kind: "call", ...command }, requester: bridge, at: road.clock.now() } as const;
  try {
    return (await send(road, wanted)).outcome;
  } catch (error) {
    fail(road, wanted, error);
    return failed;
  }
}

const bridge: Requester = { via: "bridge", role: "operator", user: "", isPrivate: true };

async function send(road: RoadOut, wanted: Wanted<CallCommand | ConnectorCommand>): Promise<Settled> {
  const encoded = encode(road, wanted.command);
  if (encoded.kind !== "request") return { outcome: encoded };
  const request = await locate(road, wanted.command.chargePointId, encoded);
  if (request.kind !== "request") return { outcome: request, request: encoded };
  const fault = checkRequest(request.action, request.payload);
  if (fault !== undefined) return { outcome: { kind: "invalid", ...fault }, request };
  const call = (): Promise<Settled> => callAndApply(road, wanted, request);
  return isPasswordChange(request) ? changePassword(road, wanted.command.chargePointId, request, call) : call();
}

async function callAndApply(
  road: RoadOut,
  wanted: Wanted<CallCommand | ConnectorCommand>,
  request: OutgoingRequest,
): Promise<Settled> {
  const { answer, sentAt } = await callChargePoint(road, wanted.command.chargePointId, request);
  return answer.kind === "answered" || answer.kind === "refused"
    ? applyAnswer(road, { wanted, request, sentAt: sentAt ?? wanted.at }, answer)
    : { outcome: answer, request, sentAt };
}

/** It may have been sent. */
const failed: CommandOutcome = { kind: "timedOut" };

/** An exception is a fault of ours: the log gets it, whoever wanted something gets an outcome. */
function fail({ log }: RoadOut, { command }: Wanted, error: unknown): void {
  const stack = error instanceof Error ? error.stack : String(error);
  log.error({ chargePoint: command.chargePointId, command: command.kind, stack }, "a command was not handled");
}
