// What is changed while the bridge runs: the rules, by their file, and the list of id tags, by SCADA.
import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Variant } from "node-opcua";
import { call, int, on, text } from "../opcua/callsInTest.ts";
import { openSession } from "../flow/bridgeInTest.ts";
import type { Surroundings } from "./life.ts";

export const RULES_NAME = "rules.yaml";

/** Rules of another number of lines each time, so that it can be seen that they are in use. */
export function rulesText(count: number): string {
  const rules = Array.from(
    { length: count },
    (_, index) =>
      `  - { name: guest ${index}, on: [Authorize, StartTransaction], when: 'idTag == "GUEST${index}"', then: { status: Blocked } }`,
  );
  return `version: 1\nrules:\n${rules.join("\n")}\n  - { name: list, on: Authorize, when: 'idTag.startsWith("LIST")', ask: idTags }\n`;
}

const LONGEST_MS = 20_000;
const PAUSE_MS = 100;
let rules = 1;

/** Writes other rules, and waits until the bridge has as many. */
export async function reloadRules({ addresses, directory, signal }: Surroundings): Promise<void> {
  rules = (rules % 20) + 1;
  const path = join(directory, RULES_NAME);
  await writeFile(`${path}.new`, rulesText(rules));
  await rename(`${path}.new`, path);
  const deadline = performance.now() + LONGEST_MS;
  for (;;) {
    const page = await (await fetch(`${addresses.hmi}/metrics`, { signal })).text();
    if (page.includes(`ocpp_opcua_rules_in_use ${rules + 1}\n`)) return;
    if (performance.now() > deadline) throw new Error("changed rules were not taken over");
    await delay(PAUSE_MS, undefined, { signal });
  }
}

/** `Accepted` of AuthorizationStatus. */
const ACCEPTED = 1;
const TAGS = 50;
let tag = 0;

/** Sets one of some id tags, and takes another one out. */
export async function changeIdTags({ addresses }: Surroundings): Promise<void> {
  tag = (tag + 1) % TAGS;
  const opened = await openSession(addresses.opcua);
  try {
    const set = [text(`LIST${tag}`), int(ACCEPTED), new Variant(), new Variant()];
    const { status } = await call(opened.session, on("/IdTags", "Set", set));
    if (status !== "Good") throw new Error(`Set was answered ${status}`);
    await call(opened.session, on("/IdTags", "Remove", [text(`LIST${(tag + TAGS / 2) % TAGS}`)]));
  } finally {
    await opened.close();
  }
}
