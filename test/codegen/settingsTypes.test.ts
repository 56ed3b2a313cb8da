// The generated types of the settings are those that the schema gives.
import { readFileSync } from "node:fs";
import { describe, expect, expectTypeOf, it } from "vitest";
import { renderSettingsTypes } from "../../src/codegen/settingsTypes.ts";
import type { ChargePointSettings, Settings } from "../../src/settings/settings.ts";

const generated = new URL("../../src/settings/settings.generated.ts", import.meta.url);

describe("settings.generated.ts", () => {
  it("is up to date; if not, run `npm run generate` and commit it", async () => {
    expect(readFileSync(generated, "utf8")).toBe(await renderSettingsTypes());
  });

  it("says that a key with a default is there, and that one without may be absent", () => {
    expectTypeOf<Settings["ocpp"]["heartbeatIntervalSeconds"]>().toEqualTypeOf<number>();
    expectTypeOf<Settings["limits"]["maxFrameBytes"]>().toEqualTypeOf<number>();
    expectTypeOf<ChargePointSettings["id"]>().toEqualTypeOf<string>();
    expectTypeOf<ChargePointSettings["password"]>().toEqualTypeOf<string | undefined>();
    expectTypeOf<undefined>().toExtend<Settings["simulation"]>();
  });

  it("lets nobody change settings", () => {
    expectTypeOf<Settings["chargePoints"]>().toEqualTypeOf<readonly ChargePointSettings[]>();
    expectTypeOf<Settings["opcua"]["securityPolicies"]>().not.toExtend<unknown[]>();
  });
});
