// Puts the conditions into the address space: events of the bridge's own are seen at its object, whose conditions are virtual.
import { NodeClass, type AddressSpace, type UAObject } from "node-opcua";
import type { Clock } from "../std/clock.ts";
import type { ChargePoints } from "./chargePoints.ts";
import { ConditionRefresh } from "./conditionRefresh.ts";
import { Conditions } from "./conditions.ts";
import { addReferences } from "./libraryInternals.ts";
import { BRIDGE } from "./nodeIds.ts";
import { browseTest, describe, isClassWanted, stepTest } from "./references.ts";
import { SITE, type TypeNodes } from "./typeNodes.ts";
import { notifierOf } from "./virtualObject.ts";
import type { VirtualSpace } from "./virtualSpace.ts";

export interface OpenConditionsOptions {
  readonly addressSpace: AddressSpace;
  readonly space: VirtualSpace;
  readonly types: TypeNodes;
  readonly chargePoints: ChargePoints;
  /** The folder of all charge points. */
  readonly folder: UAObject;
  readonly clock: Clock;
  readonly onFault: (error: unknown) => void;
}

export interface OpenedConditions {
  readonly conditions: Conditions;
  readonly refresh: ConditionRefresh;
}

export function openConditions({ types, ...options }: OpenConditionsOptions): OpenedConditions {
  const { addressSpace, space, clock } = options;
  const { server } = addressSpace.rootFolder.objects;
  const bridge = addressSpace.findNode(`ns=${SITE};s=${BRIDGE}`) as UAObject;
  bridge.setEventNotifier(notifierOf(space.keepsHistory));
  server.addReference({ referenceType: types.hasNotifier, nodeId: bridge.nodeId });
  addReferencesOf(bridge, space);
  const later = (run: () => void): void => void clock.after(0, run);
  const conditions = new Conditions({ ...options, server, bridge, later });
  return { conditions, refresh: new ConditionRefresh({ ...options, conditions, bridge }) };
}

function addReferencesOf(bridge: UAObject, space: VirtualSpace): void {
  addReferences(bridge, {
    browse: (description, context) => {
      const test = browseTest(space.addressSpace, description);
      const links = [...space.linksOfBridge()].filter(({ type, isForward }) => test(type, isForward));
      const [first] = links;
      if (first === undefined || !isClassWanted(description.nodeClassMask, NodeClass.Object)) return [];
      // All have the permissions of their namespace: one stands for all.
      if (space.find(first.nodeId)?.mayBrowse(context) !== true) return [];
      return links.map((link) => describe(link, description.resultMask));
    },
    find: (element) => {
      const test = stepTest(space.addressSpace, element);
      const { name, namespaceIndex } = element.targetName;
      return [...space.linksOfBridge()]
        .filter(({ browseName }) => browseName.name === name && browseName.namespaceIndex === namespaceIndex)
        .filter(({ type, isForward }) => test(type, isForward))
        .map(({ nodeId }) => nodeId);
    },
  });
}
