// GetConfiguration (OCPP 1.6 §5.8): the charge point tells its configuration keys. Case of keys does not matter (§7.29).
import type { TwinEvent } from "../../../twin/events.ts";
import type { Answered, OutgoingMessage } from "../message.ts";

export const GetConfiguration: OutgoingMessage<"GetConfiguration"> = {
  answered: (answered) => {
    const { response, received } = answered;
    const entries = (response.configurationKey ?? [])
      .filter(({ key }) => key.trim() !== "")
      .map(({ key, readonly, value }) => ({ key, readonly, ...(value !== undefined && { value }) }));
    const events: TwinEvent[] = [{ type: "ConfigurationReported", entries, at: received, received }];
    const passedOver = keysPassedOver(answered);
    if (passedOver.length === 0) return events;
    const names = passedOver.slice(0, MOST_NAMED).join(", ");
    const last = `GetConfiguration.conf: ${passedOver.length} of the requested keys are in neither list: ${names}`;
    return [...events, { type: "Violated", count: 1, last, at: received, received }];
  },
};

/** As many as a reader looks at. */
const MOST_NAMED = 5;

/** Keys that were asked for and of which the charge point says neither a value nor that it does not know them. */
function keysPassedOver({ request, response }: Answered<"GetConfiguration">): readonly string[] {
  const told = new Set(
    [...(response.configurationKey ?? []).map(({ key }) => key), ...(response.unknownKey ?? [])].map((key) =>
      key.toLowerCase(),
    ),
  );
  return (request.key ?? []).filter((key) => !told.has(key.toLowerCase()));
}
