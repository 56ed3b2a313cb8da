// The real process is killed again and again, while it starts, serves and stops; charge points repeat what was not answered.
// Whatever was confirmed is there exactly once, read by SQLite's own program where the machine has it (guarantees G1 and G2).
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import Database from "better-sqlite3";
import type { RPCClient } from "ocpp-rpc";
import { afterAll, describe, expect, it } from "vitest";
import { Workplace, type Program } from "../cli/programInTest.ts";
import { connectChargePoint } from "./bridgeInTest.ts";

const workplace = new Workplace();
afterAll(() => workplace.clean());

const CHARGE_POINTS = 6;
const ROUNDS = 5;
/** So different that it falls into the start, the listening, the work and the stop. */
const KILLED_AFTER_MS = [30, 200, 500, 800, 1100, 1500];
const STOPPING_MS = [0, 3, 10, 30, 100];

/** Deterministic, so that a failure comes again; the moments of the processes are chance enough. */
let seed = 20_261_125;
function random(): number {
  seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
  return seed / 2_147_483_648;
}

const delay = (milliseconds: number): Promise<void> => new Promise((done) => setTimeout(done, milliseconds));

interface Session {
  readonly request: { connectorId: number; idTag: string; meterStart: number; timestamp: string };
  readonly meterStop: number;
  /** Confirmed. */
  transactionId?: number;
  isStopConfirmed: boolean;
}

/** Sends what it has to, in order, each until it is answered, whatever becomes of the bridge meanwhile. */
class StubbornChargePoint {
  readonly id: string;
  readonly sessions: Session[] = [];
  /** Every id that any answer to the same start has had. */
  readonly contradictions: string[] = [];

  constructor(index: number) {
    this.id = `CP${index}`;
  }

  async run(url: string, isOver: () => boolean): Promise<void> {
    let client: RPCClient | undefined;
    try {
      client = await connectChargePoint(url, this.id, { callTimeoutMs: 1000 });
      while (!isOver()) await this.#step(client);
    } catch {
      // The bridge has died: what was not answered is repeated to the next one.
    } finally {
      void client?.close({ force: true }).catch(() => {});
    }
  }

  async #step(client: RPCClient): Promise<void> {
    let session = this.sessions.at(-1);
    if (session === undefined || session.isStopConfirmed) {
      const number = this.sessions.length;
      const timestamp = new Date(Date.now() - 1000).toISOString();
      const request = { connectorId: 1 + (number % 2), idTag: "TAG", meterStart: number * 100, timestamp };
      session = { request, meterStop: number * 100 + 50, isStopConfirmed: false };
      this.sessions.push(session);
    }
    const { transactionId } = (await client.call("StartTransaction", session.request)) as { transactionId: number };
    if (session.transactionId !== undefined && session.transactionId !== transactionId)
      this.contradictions.push(`${session.transactionId} was ${transactionId}`);
    session.transactionId = transactionId;
    const stop = { transactionId, meterStop: session.meterStop, timestamp: new Date().toISOString() };
    await client.call("StopTransaction", stop);
    session.isStopConfirmed = true;
  }
}

function start(): Program {
  const config = workplace.write(
    "crash.yaml",
    `ocpp: { unknownChargePoints: accept, listeners: [{ host: 127.0.0.1, port: 0, securityProfile: 0 }] }
opcua: { host: 127.0.0.1, port: 0, securityPolicies: [None] }
hmi: { host: 127.0.0.1, port: 0 }
store: { directory: crash }
`,
  );
  return workplace.start(["run", "--config", config]);
}

async function ready(program: Program): Promise<string> {
  await program.says("ready ");
  const line = program.out.split("\n").find((each) => each.startsWith("ready ")) ?? "";
  return (JSON.parse(line.slice(6)) as { ocpp: string[] }).ocpp[0] ?? "";
}

interface Row {
  readonly charge_point: string;
  readonly transaction_id: number;
  readonly meter_start: number;
  readonly meter_stop: number | null;
  readonly ended_by: string | null;
}

const lineOf = (...facts: readonly unknown[]): string => facts.join(" ");
const sorted = (lines: readonly string[]): string[] => lines.toSorted((a, b) => (a < b ? -1 : 1));

const QUERY = "SELECT charge_point, transaction_id, meter_start, meter_stop, ended_by FROM transactions";

function readIndependently(path: string): Row[] {
  try {
    return JSON.parse(execFileSync("sqlite3", ["-json", path, QUERY], { encoding: "utf8" })) as Row[];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    process.stderr.write("sqlite3 is not installed here: the ledger is read by the library that has written it\n");
    const database = new Database(path, { readonly: true });
    const rows = database.prepare<[], Row>(QUERY).all();
    database.close();
    return rows;
  }
}

describe("a bridge that is killed at any moment", () => {
  it(
    "has everything that it has confirmed, exactly once, under the id that it gave",
    { timeout: 180_000 },
    async () => {
      const chargePoints = Array.from({ length: CHARGE_POINTS }, (_, index) => new StubbornChargePoint(index));
      // While it starts.
      for (const moment of KILLED_AFTER_MS) {
        const program = start();
        await delay(moment);
        program.signal("SIGKILL");
        await program.ended();
      }
      for (let round = 0; round < ROUNDS; round++) {
        const program = start();
        const url = await ready(program);
        let isOver = false;
        const work = chargePoints.map((chargePoint) => chargePoint.run(url, () => isOver));
        await delay(100 + random() * 900);
        // Every second time in the middle of the work, else in the middle of an orderly stop.
        if (round % 2 === 1) {
          program.signal("SIGTERM");
          await delay(STOPPING_MS[round] ?? 5);
        }
        program.signal("SIGKILL");
        await program.ended();
        isOver = true;
        await Promise.all(work);
      }
      // What is left is sent to one that lives, and that is told to stop.
      const last = start();
      const url = await ready(last);
      const done = (each: StubbornChargePoint): boolean =>
        each.sessions.every(({ isStopConfirmed }) => isStopConfirmed);
      await Promise.all(chargePoints.map((each) => each.run(url, () => each.sessions.length > 0 && done(each))));
      last.signal("SIGTERM");
      expect((await last.ended()).code).toBe(0);

      const rows = readIndependently(join(workplace.folder, "crash", "state.db"));
      const sessions = chargePoints.flatMap(({ id, sessions: all }) => all.map((session) => ({ id, ...session })));
      expect(sessions.length).toBeGreaterThan(CHARGE_POINTS * 3);
      expect(chargePoints.flatMap(({ contradictions }) => contradictions)).toEqual([]);
      const kept = rows.map((row) =>
        lineOf(row.charge_point, row.meter_start, row.transaction_id, row.meter_stop, row.ended_by),
      );
      const confirmed = sessions.map(({ id, request, transactionId, meterStop }) =>
        lineOf(id, request.meterStart, transactionId, meterStop, "chargePoint"),
      );
      expect(sorted(kept)).toEqual(sorted(confirmed));
      expect(new Set(rows.map((row) => row.transaction_id)).size).toBe(rows.length);
    },
  );
});
