// The local authorization list: what was sent, and which version the charge point says it has.
import type { LocalListFilled, LocalListSent, LocalListVersionReported } from "../events.ts";
import type { LocalList, Twin } from "../twin.ts";

export function sendLocalList(twin: Twin, { type: _, version, ...sent }: LocalListSent): Twin {
  const known = twin.localList;
  // OCPP 1.6 §5.15: a list that was not accepted leaves the one there is.
  const present = sent.status === "Accepted" ? version : known?.version;
  return { ...twin, localList: { ...filledOf(known), ...sent, ...(present !== undefined && { version: present }) } };
}

export function reportLocalListVersion(twin: Twin, { type: _, ...reported }: LocalListVersionReported): Twin {
  const { updateType, status } = twin.localList ?? {};
  const sent = { ...(updateType !== undefined && { updateType }), ...(status !== undefined && { status }) };
  return { ...twin, localList: { ...filledOf(twin.localList), ...sent, ...reported } };
}

/** It has just been sent. */
export function fillLocalList(twin: Twin, { type: _, ...filled }: LocalListFilled): Twin {
  return twin.localList === undefined ? twin : { ...twin, localList: { ...twin.localList, filled } };
}

/** It counts only while the charge point has that version. */
function filledOf(known: LocalList | undefined): Pick<LocalList, "filled"> {
  return known?.filled === undefined ? {} : { filled: known.filled };
}
