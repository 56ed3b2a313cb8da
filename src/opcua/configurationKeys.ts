// The nodes below `Configuration` of a charge point: a variable for each configuration key that it has told. Unlike other places they
// belong to one charge point, and are made when somebody asks.
import { LocalizedText, NodeClass, QualifiedName } from "node-opcua";
import { CONFIGURATION_GROUP, firstKeyColumn, rowOfKey, type ListedKey } from "../datapoints/configuration.ts";
import type { Datapoint } from "../datapoints/row.ts";
import type { ChargePoint } from "./chargePoints.ts";
import { decodeId, encodeId } from "./nodeIds.ts";
import type { Place } from "./shape.ts";
import { SITE, type TypeNodes } from "./typeNodes.ts";

const PREFIX = `${CONFIGURATION_GROUP}/`;

/** The path of a key below its charge point. */
export function pathOfKey({ key }: ListedKey): string {
  return PREFIX + encodeId(key);
}

export class ConfigurationKeys {
  readonly #group: Place;
  readonly #types: TypeNodes;

  /** `group` is the place of `Configuration`. */
  constructor(group: Place, types: TypeNodes) {
    this.#group = group;
    this.#types = types;
  }

  /** The place at a path below the charge point; undefined when there is no such key. */
  find(chargePoint: ChargePoint, path: string): Place | undefined {
    if (!path.startsWith(PREFIX)) return undefined;
    const name = decodeId(path.slice(PREFIX.length));
    const column = name === undefined ? -1 : chargePoint.keys.findIndex(({ key }) => key === name);
    return column < 0 ? undefined : this.#placeAt(chargePoint, column);
  }

  /** What the group of a charge point holds; nothing for any other place. */
  below(chargePoint: ChargePoint, place: Place): readonly Place[] {
    return place === this.#group ? chargePoint.keys.map((_, index) => this.#placeAt(chargePoint, index)) : [];
  }

  #placeAt(chargePoint: ChargePoint, index: number): Place {
    const listed = chargePoint.keys[index] ?? { key: "", readonly: true };
    const row = rowOfKey(listed);
    const name = listed.key;
    return {
      role: "datapoint",
      path: pathOfKey(listed),
      nodeClass: NodeClass.Variable,
      browseName: new QualifiedName({ name, namespaceIndex: SITE }),
      displayName: new LocalizedText({ text: name }),
      description: new LocalizedText({ text: row.description }),
      typeDefinition: this.#types.baseDataVariable,
      reference: this.#types.hasComponent,
      parent: this.#group,
      children: [],
      // A charge point may come to refuse what it has let be changed, and a node that is listened to lives for long.
      get datapoint(): Datapoint {
        const current = chargePoint.keys[index] ?? listed;
        return {
          path: pathOfKey(current),
          row: rowOfKey(current),
          column: firstKeyColumn + index,
          meterPoint: undefined,
        };
      },
      method: undefined,
      condition: undefined,
      constant: undefined,
      needs: undefined,
    };
  }
}
