// The references from the folder of charge points and from DI's DeviceSet to every charge point.
import { NodeClass, type BrowseDescription, type UAReferenceType } from "node-opcua";
import type { ChargePoints } from "./chargePoints.ts";
import type { MoreReferences } from "./libraryInternals.ts";
import { browseTest, describe, isClassWanted, stepTest } from "./references.ts";
import { SITE } from "./typeNodes.ts";
import { siteNodeId, type VirtualSpace } from "./virtualSpace.ts";

export function referencesToChargePoints(
  space: VirtualSpace,
  chargePoints: ChargePoints,
  organizes: UAReferenceType,
): MoreReferences {
  return {
    browse: (description: BrowseDescription, context) => {
      if (!isClassWanted(description.nodeClassMask, NodeClass.Object)) return [];
      if (!browseTest(space.addressSpace, description)(organizes, true)) return [];
      const [first] = chargePoints.all();
      if (first === undefined) return [];
      // All charge points have the permissions of their namespace: one stands for all.
      if (space.find(siteNodeId(first.encodedId))?.mayBrowse(context) !== true) return [];
      return Array.from(chargePoints.all(), (chargePoint) =>
        describe(space.linkToChargePoint(chargePoint), description.resultMask),
      );
    },
    find: (element) => {
      const { name, namespaceIndex } = element.targetName;
      if (namespaceIndex !== SITE || !stepTest(space.addressSpace, element)(organizes, true)) return [];
      const chargePoint = chargePoints.find(name ?? "");
      return chargePoint === undefined ? [] : [siteNodeId(chargePoint.encodedId)];
    },
  };
}
