// The references from the folder of charge points and from DI's DeviceSet to every charge point.
import { NodeClass, type BrowseDescription, type UAReferenceType } from "node-opcua";
import type { ChargePoints } from "./chargePoints.ts";
import type { MoreReferences } from "./libraryInternals.ts";
import { browseTest, describe, isClassWanted, stepTest } from "./references.ts";
import { SITE, siteNodeId } from "./typeNodes.ts";
import type { VirtualSpace } from "./virtualSpace.ts";

/** `type` is that of the references. */
export function referencesToChargePoints(
  space: VirtualSpace,
  chargePoints: ChargePoints,
  type: UAReferenceType,
): MoreReferences {
  return {
    browse: (description: BrowseDescription, context) => {
      if (!isClassWanted(description.nodeClassMask, NodeClass.Object)) return [];
      const test = browseTest(space.addressSpace, description);
      if (!test(type, true)) return [];
      const [first] = chargePoints.all();
      if (first === undefined) return [];
      // All charge points have the permissions of their namespace: one stands for all.
      if (space.find(siteNodeId(first.encodedId))?.mayBrowse(context) !== true) return [];
      return Array.from(chargePoints.all(), (chargePoint) =>
        describe(space.linkToChargePoint(chargePoint, type), description.resultMask),
      );
    },
    find: (element) => {
      const { name, namespaceIndex } = element.targetName;
      const test = stepTest(space.addressSpace, element);
      if (namespaceIndex !== SITE || !test(type, true)) return [];
      const chargePoint = chargePoints.find(name ?? "");
      return chargePoint === undefined ? [] : [siteNodeId(chargePoint.encodedId)];
    },
  };
}
