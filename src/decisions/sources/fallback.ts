// What is answered when nobody else decides: charging goes on, and only a vendor file knows the vendor of a DataTransfer.
import type { DecidedAction, Question, Verdict } from "../../twin/questions.ts";

const source = "default";

const verdicts: { readonly [A in DecidedAction]: Verdict } = {
  Authorize: { status: "Accepted", source },
  StartTransaction: { status: "Accepted", source },
  StopTransaction: { status: "Accepted", source },
  DataTransfer: { status: "UnknownVendorId", source },
  // An unknown charge point waits until somebody has looked at it.
  BootNotification: { status: "Pending", source },
};

const understood: Verdict = { status: "Accepted", source };

/** The verdict that every question gets in the end. */
export function fallback({ action, isUnderstood }: Question): Verdict {
  // OCPP 1.6 §4.3: UnknownVendorId is for whom nothing is implemented.
  return isUnderstood === true ? understood : verdicts[action];
}
