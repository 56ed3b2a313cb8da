// The references from the folder of charge points and from DI's DeviceSet to every charge point.
import { NodeClass, type BrowseDescription, type UAReferenceType } from "node-opcua";
import type { ChargePoints } from "./chargePoints.ts";
import type { MoreReferences } from "./libraryInternals.ts";
import { browseTest, describe, isClassWanted, stepTest } from "./references.ts";
import { SITE, siteNodeId } from "./typeNodes.ts";
import type { VirtualSpace } from "./virtualSpace.ts";

/** `types` are those of the references, in the order in which they are browsed. */
export function referencesToChargePoints(
  space: VirtualSpace,
  chargePoints: ChargePoints,
  types: readonly UAReferenceType[],
): MoreReferences {
  return {
    browse: (description: BrowseDescription, context) => {
      if (!isClassWanted(description.nodeClassMask, NodeClass.Object)) return [];
      const test = browseTest(space.addressSpace, description);
      const wanted = types.filter((type) => test(type, true));
      if (wanted.length === 0) return [];
      const [first] = chargePoints.all();
      if (first === undefined) return [];
      // All charge points have the permissions of their namespace: one stands for all.
      if (space.find(siteNodeId(first.encodedId))?.mayBrowse(context) !== true) return [];
      return wanted.flatMap((type) =>
        Array.from(chargePoints.all(), (chargePoint) =>
          describe(space.linkToChargePoint(chargePoint, type), description.resultMask),
        ),
      );
    },
    find: (element) => {
      const { name, namespaceIndex } = element.targetName;
      const test = stepTest(space.addressSpace, element);
      if (namespaceIndex !== SITE || !types.some((type) => test(type, true))) return [];
      const chargePoint = chargePoints.find(name ?? "");
      return chargePoint === undefined ? [] : [siteNodeId(chargePoint.encodedId)];
    },
  };
}
