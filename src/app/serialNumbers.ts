// By which serial numbers a charge point may be called in its certificate ("Improved security for OCPP 1.6-J" §3). Pure.
import type { Twin } from "../twin/twin.ts";
import type { Terms } from "./register.ts";

/**
 * That of the settings; else what it has said of itself, which counts only when it had proved who it is: a stranger could make the serial
 * number of another his own.
 */
export function serialNumbersOf(
  terms: Pick<Terms, "serialNumber"> | undefined,
  twin: Twin | undefined,
): readonly string[] {
  if (terms?.serialNumber !== undefined) return [terms.serialNumber];
  if (twin === undefined || (twin.link.securityProfile ?? 0) === 0) return [];
  const { serialNumber, chargeBoxSerialNumber } = twin.identification ?? {};
  return [serialNumber, chargeBoxSerialNumber].filter((each) => each !== undefined).filter((each) => each !== "");
}
