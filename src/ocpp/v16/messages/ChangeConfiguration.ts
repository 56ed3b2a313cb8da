// ChangeConfiguration (OCPP 1.6 §5.3): one configuration key gets another value.
import { isPasswordKey } from "../../../twin/secretKeys.ts";
import { keepEntries } from "../configurationKeys.ts";
import type { OutgoingMessage } from "../message.ts";
import { violated } from "../values.ts";

export const ChangeConfiguration: OutgoingMessage<"ChangeConfiguration"> = {
  answered: (answered) => {
    const { request, response, received } = answered;
    const { status } = response;
    if (status !== "Accepted" && status !== "RebootRequired") return [];
    const changed = { type: "ConfigurationChanged", rebootRequired: status === "RebootRequired" } as const;
    const stamp = { at: received, received };
    // Errata 3.10: whatever else is not kept, what a charge point logs in with from now on must be.
    if (isPasswordKey(request.key)) return [{ ...changed, ...request, ...stamp }];
    const { kept, violations } = keepEntries([{ ...request, readonly: false }], answered);
    return [
      ...kept.map(({ key, value = "" }) => ({ ...changed, key, value, ...stamp })),
      ...violations.map((violation) => violated(1, `ChangeConfiguration.req: ${violation}`, answered)),
    ];
  },
};
