import { describe, expect, it } from "vitest";
import { TransactionIds } from "../../src/app/draw.ts";

describe("transaction ids (OCPP 1.6 errata 3.54)", () => {
  it("are positive, ascending and fit Int32", () => {
    const ids = new TransactionIds(Date.UTC(2026, 10, 25));
    const drawn = Array.from({ length: 1000 }, () => ids.draw());
    expect(
      drawn.every((id, index) => id > 0 && id < 2 ** 31 && (index === 0 || id === (drawn[index - 1] ?? 0) + 1)),
    ).toBe(true);
  });

  it("begin after a restart above those given before, at up to one transaction a second", () => {
    const before = new TransactionIds(Date.UTC(2026, 10, 25));
    let last = 0;
    for (let second = 0; second < 3600; second++) last = before.draw();
    expect(new TransactionIds(Date.UTC(2026, 10, 25, 1)).draw()).toBeGreaterThan(last);
  });

  it("are positive also on a machine whose clock was never set", () => {
    expect(new TransactionIds(0).draw()).toBe(1);
  });
});
