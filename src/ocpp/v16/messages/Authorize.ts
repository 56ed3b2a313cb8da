// Authorize (OCPP 1.6 §4.1): may this id tag charge? Nothing happens by it, it is only decided.
import type { IncomingMessage } from "../message.ts";
import { idTagInfoOf } from "../values.ts";

export const Authorize: IncomingMessage<"Authorize"> = {
  ask: (request, { twin }) => ({
    action: "Authorize",
    chargePointId: twin.id,
    idTag: request.idTag,
    payload: request,
  }),
  happen: () => [],
  reply: (_request, { verdict }) => ({ idTagInfo: idTagInfoOf(verdict) }),
};
