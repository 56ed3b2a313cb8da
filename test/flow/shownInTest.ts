// What a datapoint shows to an OPC UA client, in words: members of enumerations by their names, times as ISO texts.
import {
  AttributeIds,
  StatusCodes,
  makeBrowsePath,
  type ClientSession,
  type DataValue,
  type LocalizedText,
} from "node-opcua";
import { readUntil } from "./bridgeInTest.ts";

/** A value as it is compared, and the name of its status code. */
export interface Shown {
  readonly value: unknown;
  readonly quality: string;
}

/** The names of the members of an enumeration by ordinal, by the NodeId of its DataType; undefined for what is none. */
type Members = Map<string, readonly string[] | undefined>;

/** Reads datapoints over one session; remembers the enumerations that it has met. */
export class Shows {
  readonly #session: ClientSession;
  readonly #members: Members = new Map();

  constructor(session: ClientSession) {
    this.#session = session;
  }

  /** Reads `path` until it shows what is expected; throws with what it shows after the bound of `readUntil`. */
  async until(path: string, expected: (shown: Shown) => boolean): Promise<Shown> {
    // A node that appears only now has had no DataType before.
    await readUntil(
      this.#session,
      path,
      (dataValue) => dataValue.statusCode !== StatusCodes.BadNodeIdUnknown || expected(shownOf(dataValue, undefined)),
    );
    const members = await this.#membersOf(path);
    return shownOf(await readUntil(this.#session, path, (dataValue) => expected(shownOf(dataValue, members))), members);
  }

  async #membersOf(path: string): Promise<readonly string[] | undefined> {
    const type = await this.#session.read({ nodeId: `ns=4;s=${path}`, attributeId: AttributeIds.DataType });
    if (type.statusCode !== StatusCodes.Good) return undefined;
    const id = String(type.value.value);
    if (!this.#members.has(id)) this.#members.set(id, await this.#readMembers(id));
    return this.#members.get(id);
  }

  /** OPC 10000-3 §8.40: an enumeration names its members in its property EnumStrings. */
  async #readMembers(dataType: string): Promise<readonly string[] | undefined> {
    const { targets } = await this.#session.translateBrowsePath(makeBrowsePath(dataType, ".EnumStrings"));
    const [target] = targets ?? [];
    if (target === undefined) return undefined;
    const { value } = await this.#session.read({ nodeId: target.targetId, attributeId: AttributeIds.Value });
    return (value.value as LocalizedText[]).map(({ text }) => text ?? "");
  }
}

function shownOf({ value, statusCode }: DataValue, members: readonly string[] | undefined): Shown {
  const plain = value?.value instanceof Date ? value.value.toISOString() : (value?.value ?? null);
  const named = members !== undefined && typeof plain === "number" ? (members[plain] ?? plain) : plain;
  return { value: named, quality: statusCode.name };
}
