import { describe, expect, it } from "vitest";
import { enumerations } from "../../src/schema/ocpp16.generated.ts";
import { locations, measurands, meterPointOf, meterPoints, phases, totalPointOf } from "../../src/twin/measurands.ts";

const meterPointCount = 22 * 8 * 5;

describe("the measurand table", () => {
  it("holds the 22 measurands of OCPP 1.6 §7.31 in document order", () => {
    expect(measurands.map(({ name }) => name)).toEqual(enumerations.Measurand);
  });

  it("holds the locations of OCPP 1.6 §7.23", () => {
    expect(locations.toSorted()).toEqual([...enumerations.Location].toSorted());
  });

  it("spells each phase of OCPP 1.6 §7.32, L1-N as L1", () => {
    const spelt = new Set(enumerations.Phase.map((phase) => phase.replace(/-N$/u, "")));
    expect(new Set(phases)).toEqual(new Set(["", ...spelt]));
  });

  it("numbers every point once, and every point leads back to itself", () => {
    expect(meterPoints).toHaveLength(meterPointCount);
    meterPoints.forEach(({ measurand, phase, location }, index) => {
      expect(meterPointOf(measurand.name, phase, location)).toBe(index);
    });
    expect(new Set(meterPoints.map(({ path }) => path)).size).toBe(meterPointCount);
  });

  it("puts a location other than Outlet in front, and the phase behind", () => {
    const at = (phase: "" | "L1-L2", location: "Outlet" | "Inlet"): string | undefined =>
      meterPoints[meterPointOf("Voltage", phase, location) ?? -1]?.path;
    expect(at("", "Outlet")).toBe("Voltage");
    expect(at("L1-L2", "Inlet")).toBe("Inlet/Voltage/L1-L2");
  });

  it("finds the total of a phase", () => {
    const l2 = meterPointOf("Current.Import", "L2", "Inlet") ?? -1;
    expect(totalPointOf(l2)).toBe(meterPointOf("Current.Import", "", "Inlet"));
  });

  it("does not know a measurand that OCPP does not know", () => {
    expect(meterPointOf("Power.Magic", "", "Outlet")).toBeUndefined();
  });
});
