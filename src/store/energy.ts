// What a transaction's energy is, and what is remarkable about the transaction, as words in the column `flags`. Pure.
import type { StartRecord, StopRecord } from "../twin/ledger.ts";
import { isLate } from "../twin/timestamps.ts";

/** Words for a start: `offline` queued while offline, `assumedStart` without a plausible time. */
export function flagsOfStart({ start }: StartRecord): string {
  if (start.assumed === true) return "assumedStart";
  return isLate(start) ? "offline" : "";
}

export interface Energy {
  /** Wh; null when nothing says how much it was. */
  readonly energy: number | null;
  /**
   * `offlineStop`, `assumedStop`: as for a start; `missingMeterStop`; `negativeEnergy`: the register has gone back, by a reset or
   * a new meter; `sampledEnergy`: the energy is that of the samples instead.
   */
  readonly flags: readonly string[];
}

/** meterStop − meterStart, else what the samples have shown. */
export function energyOf({ stop, sampledEnergy }: StopRecord, meterStart: number): Energy {
  const flags: string[] = [];
  if (stop.assumed === true) flags.push("assumedStop");
  else if (isLate(stop)) flags.push("offlineStop");
  if (stop.meterStop === undefined) flags.push("missingMeterStop");
  else if (stop.meterStop >= meterStart) return { energy: stop.meterStop - meterStart, flags };
  else flags.push("negativeEnergy");
  if (sampledEnergy === undefined) return { energy: null, flags };
  return { energy: sampledEnergy, flags: [...flags, "sampledEnergy"] };
}
