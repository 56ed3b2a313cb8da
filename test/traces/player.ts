// Plays a recorded conversation against a whole bridge: the charge point's side over a raw socket, the operator's over OPC UA.
import { AttributeIds, type ClientSession } from "node-opcua";
import { expect } from "vitest";
import { isOutgoingAction, type OutgoingAction } from "../../src/ocpp/v16/message.ts";
import { inputsOf, outputsOf, valuesOf } from "../flow/methodCallsInTest.ts";
import type { Shows } from "../flow/shownInTest.ts";
import { RawChargePoint } from "../ocpp/listenersInTest.ts";
import { call, on, type Answer } from "../opcua/callsInTest.ts";
import type { Line, Trace } from "./trace.ts";

/** The bridge that runs now: a restart makes another one. */
export interface Site {
  readonly ocpp: string;
  readonly session: ClientSession;
  readonly shows: Shows;
}

export interface Stage {
  readonly site: () => Site;
  /** Stops the bridge and starts it again over the same data. */
  restart(): Promise<void>;
}

const LONGEST_ID = 36;

type Spoken<K extends Line["kind"]> = Extract<Line, { kind: K }>;

class Player {
  readonly #id: string;
  readonly #stage: Stage;
  /** In whole seconds, the same for the whole conversation. */
  readonly #now = Math.floor(Date.now() / 1000) * 1000;
  /** What `$name` stands for, once it has been seen. */
  readonly #names = new Map<string, string | number>();
  #chargePoint: RawChargePoint | undefined;
  #read = 0;
  /** Those that have not ended, the oldest first. */
  readonly #commands: { readonly action: OutgoingAction; readonly answer: Promise<Answer> }[] = [];

  constructor(id: string, stage: Stage) {
    this.#id = id;
    this.#stage = stage;
  }

  async play(line: Line): Promise<void> {
    switch (line.kind) {
      case "sends":
        this.#connected.send(this.#fill(line.text));
        return;
      case "receives":
        return this.#receive(line);
      case "shows":
        return this.#look(line);
      case "commands":
        return this.#order(line);
      case "ends":
        return this.#end(line);
      case "happens":
        return this.#happen(line);
    }
  }

  /** Nothing came that the conversation does not tell of. */
  leave(): void {
    expect(this.#commands, "commands whose end was not told").toEqual([]);
    expect(this.#chargePoint?.received.slice(this.#read) ?? [], "frames that were not told of").toEqual([]);
    this.#chargePoint?.socket.terminate();
  }

  get #connected(): RawChargePoint {
    if (this.#chargePoint === undefined) throw new Error("not connected");
    return this.#chargePoint;
  }

  async #receive({ frame }: Spoken<"receives">): Promise<void> {
    const frames = await this.#connected.frames(this.#read + 1);
    const actual = frames[this.#read++] as readonly unknown[];
    expect(actual).toEqual(this.#meant(actual, frame));
    // OCPP-J 1.6 §4.1.4
    expect(String(actual[1]).length).toBeLessThanOrEqual(LONGEST_ID);
  }

  /** What is expected, with what is there where anything will do: for `"*"`, and for a `"$name"` that is met for the first time. */
  #meant(actual: unknown, expected: unknown): unknown {
    if (expected === "*") return actual === undefined ? expected : actual;
    if (typeof expected === "string" && expected.startsWith("$")) return this.#named(expected, actual);
    if (typeof expected !== "object" || expected === null) return expected;
    const fields = (actual ?? {}) as Readonly<Record<string, unknown>>;
    if (Array.isArray(expected)) return expected.map((one, index) => this.#meant(fields[index], one));
    return Object.fromEntries(
      Object.entries(expected).map(([name, value]) => [name, this.#meant(fields[name], value)]),
    );
  }

  #named(name: string, actual: unknown): unknown {
    if (name.startsWith("$now")) return this.#time(name);
    if (!this.#names.has(name) && (typeof actual === "string" || typeof actual === "number"))
      this.#names.set(name, actual);
    return this.#names.get(name) ?? name;
  }

  #fill(text: string): string {
    return text
      .replaceAll(/\$now(?:-\d+)?/gu, (name) => this.#time(name))
      .replaceAll(/\$[a-z]\w*/giu, (name) => String(this.#names.get(name) ?? name));
  }

  #time(name: string): string {
    return new Date(this.#now - Number(name.slice("$now-".length)) * 1000).toISOString();
  }

  async #look({ path, value, quality, time }: Spoken<"shows">): Promise<void> {
    const { session, shows } = this.#stage.site();
    const isAny = value === "*";
    const expected = this.#meant(undefined, value);
    const full = `${this.#id}/${path}`;
    await shows.until(full, (shown) => shown.quality === quality && (isAny || Object.is(shown.value, expected)));
    if (time === undefined) return;
    const { sourceTimestamp } = await session.read({ nodeId: `ns=4;s=${full}`, attributeId: AttributeIds.Value });
    expect(sourceTimestamp?.toISOString()).toBe(this.#time(time));
  }

  #order({ action, request }: Spoken<"commands">): void {
    if (!isOutgoingAction(action)) throw new Error(`no method: ${action}`);
    const filled = JSON.parse(this.#fill(JSON.stringify(request))) as typeof request;
    const answer = call(this.#stage.site().session, on(this.#id, action, inputsOf(action, filled)));
    this.#commands.push({ action, answer });
  }

  async #end({ status, response }: Spoken<"ends">): Promise<void> {
    const command = this.#commands.shift();
    if (command === undefined) throw new Error("no command is under way");
    const answer = await command.answer;
    expect(answer.status).toBe(status);
    if (response !== undefined) expect(valuesOf(answer)).toEqual(outputsOf(command.action, response));
  }

  async #happen({ what, text }: Spoken<"happens">): Promise<void> {
    switch (what) {
      case "connect":
        this.#read = 0;
        this.#chargePoint = await RawChargePoint.connect(`${this.#stage.site().ocpp}/${this.#id}`);
        return;
      case "disconnect":
        this.leave();
        await this.#connected.closed;
        return;
      case "closed":
        expect((await this.#connected.closed).code).toBe(Number(text));
        return;
      case "restart":
        return this.#stage.restart();
    }
  }
}

/** Plays a conversation to its end; a failure names the line. */
export async function playTrace({ name, lines }: Trace, stage: Stage): Promise<void> {
  const player = new Player(name, stage);
  for (const line of lines)
    await player.play(line).catch((error: unknown) => {
      throw Object.assign(error as Error, { message: `${name}.trace:${line.number}: ${(error as Error).message}` });
    });
  player.leave();
}
