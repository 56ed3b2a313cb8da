// ClearCache (OCPP 1.6 §5.4): the charge point forgets its authorization cache; nothing of it is seen from outside.
import type { OutgoingMessage } from "../message.ts";

export const ClearCache: OutgoingMessage<"ClearCache"> = {};
