// What of an answer the twin does not keep is told, by the log, the counter and the twin itself.
import { expect, test } from "vitest";
import { call, openRoadOut, REGISTER } from "./roadOutInTest.ts";

test("keys beyond limits.maxConfigurationKeys are one line of the log, with their number, each time", async () => {
  const configurationKey = Array.from({ length: 5 }, (_, n) => ({ key: `K${n}`, readonly: false, value: `${n}` }));
  const { send, lines, twin, road } = openRoadOut(
    { kind: "answered", payload: { configurationKey } },
    `${REGISTER}\nlimits: { maxConfigurationKeys: 2 }`,
  );
  const said = "GetConfiguration.conf: keys beyond limits.maxConfigurationKeys, 2, not kept: 3";
  for (const count of [1, 2]) {
    // Whoever has asked gets them all.
    expect(await send(call("GetConfiguration"))).toEqual({ kind: "answered", response: { configurationKey } });
    expect([...(twin().configuration?.keys() ?? [])]).toEqual(["k0", "k1"]);
    expect(twin().violations).toMatchObject({ count, last: said });
    expect(road.counts.entries().get("violations")).toBe(count);
    expect(lines.filter(({ level }) => level === "warn")).toEqual(
      Array.from({ length: count }, () => ({ level: "warn", fields: { chargePoint: "CP001" }, message: said })),
    );
  }
});
