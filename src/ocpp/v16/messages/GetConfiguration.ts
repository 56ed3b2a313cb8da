// GetConfiguration (OCPP 1.6 §5.8): the charge point tells its configuration keys. Case of keys does not matter (§7.29).
import type { TwinEvent } from "../../../twin/events.ts";
import { keepEntries } from "../configurationKeys.ts";
import type { Answered, OutgoingMessage } from "../message.ts";
import { violated } from "../values.ts";

export const GetConfiguration: OutgoingMessage<"GetConfiguration"> = {
  answered: (answered) => {
    const { response, received } = answered;
    const named = (response.configurationKey ?? []).filter(({ key }) => key.trim() !== "");
    const { kept: entries, violations } = keepEntries(named, answered);
    const events: TwinEvent[] = [{ type: "ConfigurationReported", entries, at: received, received }];
    for (const violation of violations) events.push(violated(1, `GetConfiguration.conf: ${violation}`, answered));
    const passedOver = keysPassedOver(answered);
    if (passedOver.length === 0) return events;
    const names = passedOver.slice(0, MOST_NAMED).join(", ");
    const last = `GetConfiguration.conf: ${passedOver.length} of the requested keys are in neither list: ${names}`;
    return [...events, violated(1, last, answered)];
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
