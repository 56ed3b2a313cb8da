// How many charge points and transactions there are is counted as they change: it must be what somebody counts who looks at all of them.
import fc from "fast-check";
import { expect, test } from "vitest";
import { Twins } from "../../src/app/twins.ts";
import { reduce } from "../../src/twin/reduce/reduce.ts";
import { createTwin, type Twin } from "../../src/twin/twin.ts";

const at = { at: 0, received: 0 };
const start = { transactionId: 1, idTag: "TAG", meterStart: 0, timestamp: "", idTagStatus: "Accepted", ...at } as const;

const changes: Readonly<Record<string, (twin: Twin) => Twin>> = {
  link: (twin) => reduce(twin, { type: "Linked", ...at }),
  unlink: (twin) => reduce(twin, { type: "Unlinked", ...at }),
  accept: (twin) => reduce(twin, { type: "RegistrationSet", status: "Accepted", ...at }),
  reject: (twin) => reduce(twin, { type: "RegistrationSet", status: "Rejected", ...at }),
  wait: (twin) => reduce(twin, { type: "RegistrationSet", status: "Pending", ...at }),
  start: (twin) => reduce(twin, { type: "TransactionStarted", connector: 1, ...start }),
  stop: (twin) =>
    reduce(twin, { type: "TransactionStopped", connector: 1, transactionId: 1, reason: "Local", meterStop: 1, ...at }),
};

function countedIn(twins: Twins): Twins["counts"] {
  const all = [...twins.all()];
  const connectors = all.flatMap((twin) => [...twin.connectors.values()]);
  return {
    chargePointsKnown: all.length,
    chargePointsConnected: all.filter(({ link }) => link.state === "Connected").length,
    chargePointsRegistered: all.filter(({ registration }) => registration.status === "Accepted").length,
    chargePointsPending: all.filter(({ registration }) => registration.status === "Pending").length,
    transactionsActive: connectors.filter(({ transaction }) => transaction?.active === true).length,
  };
}

test("the counts are those of the twins, whatever has happened to them", () => {
  const id = fc.constantFrom("A", "B", "C");
  const step = fc.record({ id, what: fc.constantFrom("forget", ...Object.keys(changes)) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const twins = new Twins();
      for (const { id: changed, what } of steps) {
        if (what === "forget") twins.delete(changed);
        else {
          const twin =
            twins.get(changed) ?? createTwin(changed, { status: "Pending", heartbeatIntervalSeconds: 300 }, 0);
          twins.set(changes[what]?.(twin) ?? twin);
        }
        expect(twins.counts).toEqual(countedIn(twins));
      }
    }),
  );
});
