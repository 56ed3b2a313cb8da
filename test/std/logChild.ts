// A program that logs a lot and answers each line of its standard input with how many it has had; it ends when the input does.
import { createInterface } from "node:readline";
import { openLog } from "../../src/std/log.ts";

const log = openLog("info");
let count = 0;
for await (const line of createInterface({ input: process.stdin })) {
  count++;
  for (let each = 0; each < 100; each++) log.info({ text: "x".repeat(1000) }, line);
  process.stdout.write(`${count}\n`);
  if (line === "throw") throw new Error("a fault of ours");
}
log.info({}, "the last line");
await log.end();
