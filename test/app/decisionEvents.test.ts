// What everybody may read of a decision: its question, its answer and its reason, without secrets.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { Sequences } from "../../src/app/announce.ts";
import { introduce, type House } from "../../src/app/apply.ts";
import { decisionMade, shownQuestion } from "../../src/app/decisionEvents.ts";
import { openDecisions } from "../../src/app/openDecisions.ts";
import { Twins } from "../../src/app/twins.ts";
import { loadSettings } from "../../src/settings/load.ts";
import { systemClock } from "../../src/std/clock.ts";
import { Counts } from "../../src/std/counts.ts";
import { silentLog, type Log } from "../../src/std/log.ts";
import type { Occurrence } from "../../src/twin/occurrences.ts";
import type { Question } from "../../src/twin/questions.ts";
import { createTwin } from "../../src/twin/twin.ts";

const SECRET = "S3CRET";

test.each<[string, object]>([
  ["a messageId that names a secret", { vendorId: "v", messageId: "SetWifiPassword", data: SECRET }],
  ["a PIN", { vendorId: "v", data: SECRET, messageId: "SimPIN" }],
  ["data that name one", { vendorId: "v", data: `{"password":"${SECRET}"}` }],
])("the data of a DataTransfer are not told with %s", (_, payload) => {
  const question: Question = { action: "DataTransfer", chargePointId: "CP001", payload };
  const verdict = { status: "Accepted", source: "r" };
  const record = { question, at: 0, asked: [], source: "rule", rule: "r", verdict, latencyMs: 1 } as const;
  const shown = [
    shownQuestion(question, { requestId: "1", deadline: 1 }, 1000),
    decisionMade(record, undefined, { twin: undefined, now: 0, maxKeptCharacters: 1000 }),
  ];
  expect(JSON.stringify(shown)).not.toContain(SECRET);
  expect(JSON.stringify(shown[0])).toContain("***");
});

test("a reason that quotes a secret is told nowhere with it", async () => {
  const directory = mkdtempSync(join(tmpdir(), "ocpp-opcua-decisions-"));
  writeFileSync(join(directory, "bridge.yaml"), "rules: [rules.yaml]\n");
  writeFileSync(join(directory, "rules.yaml"), "version: 1\nrules:\n  - { name: r, on: Authorize, ask: scada }\n");
  const loaded = loadSettings(join(directory, "bridge.yaml"));
  if (!("settings" in loaded)) throw new Error(loaded.text);
  const told: Occurrence[] = [];
  const lines: unknown[] = [];
  const log: Log = { ...silentLog, child: () => log, warn: (...line) => void lines.push(line) };
  const projection = { publish: () => {}, forget: () => {}, announce: (each: Occurrence) => void told.push(each) };
  const house: House = { twins: new Twins(), projections: [projection], sequences: new Sequences() };
  introduce(house, createTwin("CP001", { status: "Accepted", heartbeatIntervalSeconds: 60 }, 0));
  const decisions = openDecisions({
    settings: loaded.settings,
    clock: systemClock,
    counts: new Counts(),
    log,
    house,
    idTags: { list: () => undefined, running: () => [] } as never,
    scadaMethod: async () => {
      throw new Error(`cannot ask http://ann:${SECRET}@h/tags`);
    },
  });
  onTestFinished(async () => {
    await decisions.stop();
    rmSync(directory, { recursive: true });
  });
  const question: Question = { action: "Authorize", chargePointId: "CP001", idTag: "T", payload: { idTag: "T" } };
  await decisions.decide(question, { twin: house.twins.get("CP001"), now: 0 } as never);
  expect(decisions.recentFault()).toContain("http://ann:***@h/tags");
  expect(told.map(({ fields }) => fields["Reason"])).toEqual([expect.stringContaining("http://ann:***@h/tags")]);
  expect(JSON.stringify([told, lines])).not.toContain(SECRET);
  expect(lines).toHaveLength(1);
});
