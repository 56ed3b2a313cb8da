// The makes of charge points and cars that a fleet is mixed from. The names are invented; the electrical data are usual ones.
import { AC_22_KW, DC_150_KW } from "./options.ts";
import type { Nameplate } from "./options.ts";
import type { Car, Supply } from "./supply.ts";

/** A make of charge point. */
export interface ChargePointKind {
  nameplate: Nameplate;
  supply: Supply;
  connectors: number;
  /** Share in a fleet, relative to the others. */
  weight: number;
  reportsSecurityEvents: boolean;
}

export const chargePointKinds: readonly [ChargePointKind, ...ChargePointKind[]] = [
  {
    nameplate: {
      chargePointVendor: "Nordlade",
      chargePointModel: "Duo 22",
      firmwareVersion: "3.8.2",
      meterType: "NL-M3",
    },
    supply: AC_22_KW,
    connectors: 2,
    weight: 5,
    reportsSecurityEvents: false,
  },
  {
    nameplate: {
      chargePointVendor: "Voltaris",
      chargePointModel: "Street S22",
      firmwareVersion: "V1.14.0-r2",
      meterType: "MID 3P 63A",
    },
    supply: AC_22_KW,
    connectors: 2,
    weight: 4,
    reportsSecurityEvents: true,
  },
  {
    nameplate: {
      chargePointVendor: "Elbwerk",
      chargePointModel: "Depot One",
      firmwareVersion: "2023.11.4",
    },
    supply: AC_22_KW,
    connectors: 1,
    weight: 2,
    reportsSecurityEvents: false,
  },
  {
    nameplate: {
      chargePointVendor: "Rapidon",
      chargePointModel: "HPC150",
      firmwareVersion: "7.2.19",
      meterType: "DC-M 500A",
    },
    supply: DC_150_KW,
    connectors: 2,
    weight: 4,
    reportsSecurityEvents: true,
  },
  {
    nameplate: {
      chargePointVendor: "Kilowatt & Co",
      chargePointModel: "Tower 150",
      firmwareVersion: "1.0.33",
    },
    supply: DC_150_KW,
    connectors: 2,
    weight: 2,
    reportsSecurityEvents: false,
  },
];

/** A car without its state of charge. */
export type CarKind = Omit<Car, "soc" | "targetSoc">;

export const carKinds: readonly [CarKind, ...CarKind[]] = [
  { name: "city car", capacityWh: 36_000, acPhases: 1, acCurrentA: 32, dcPowerW: 50_000 },
  { name: "compact", capacityWh: 58_000, acPhases: 3, acCurrentA: 16, dcPowerW: 120_000 },
  { name: "saloon", capacityWh: 82_000, acPhases: 3, acCurrentA: 16, dcPowerW: 170_000 },
  { name: "estate with 22 kW", capacityWh: 77_000, acPhases: 3, acCurrentA: 32, dcPowerW: 135_000 },
  { name: "van", capacityWh: 68_000, acPhases: 3, acCurrentA: 16, dcPowerW: 115_000 },
];
