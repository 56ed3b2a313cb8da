// Reaches into the library (node-opcua 2.186) like libraryInternals.ts, where a change of a value becomes a notification: the library copies
// each value three times, in case that somebody changes it. Ours are made anew for each change, and nobody does.
import { MonitoredItem, sameVariant, type DataValue, type NumericRange } from "node-opcua";
import { VirtualNode } from "./virtualNode.ts";

interface Records {
  filter: unknown;
  oldDataValue: DataValue;
  readonly node: unknown;
  readonly itemToMonitor: { readonly indexRange?: NumericRange | null } | null;
  recordValue(this: MonitoredItem, dataValue: DataValue, isFirst?: boolean, range?: NumericRange): boolean;
  triggerLinkedItems(): void;
  _makeDataChangeNotification(dataValue: DataValue): unknown;
  _enqueue_notification(notification: unknown): void;
}

/** To be called once a thread. */
export function recordWithoutCopies(): void {
  const items = MonitoredItem.prototype as unknown as Records;
  // oxlint-disable-next-line typescript/unbound-method -- it is called with the item whose method it is
  const { recordValue: record } = items;
  items.recordValue = function (dataValue, isFirst = false, range) {
    const item = this as unknown as Records;
    if (!isOfWholeValue(item)) return record.call(this, dataValue, isFirst, range);
    const { oldDataValue } = item;
    // What is not said otherwise: Status or Value (OPC 10000-4 §7.22.2).
    const isSame =
      dataValue.statusCode.value === oldDataValue.statusCode.value && sameVariant(dataValue.value, oldDataValue.value);
    if (isSame && !isFirst) return false;
    item.triggerLinkedItems();
    item.oldDataValue = dataValue;
    item._enqueue_notification(item._makeDataChangeNotification(dataValue));
    return true;
  };
}

/** Of one of our nodes, all of its value, whenever it is another one. */
function isOfWholeValue({ node, filter, itemToMonitor }: Records): boolean {
  // Without anything to monitor it has ended.
  if (!(node instanceof VirtualNode) || filter !== null || itemToMonitor === null) return false;
  return itemToMonitor.indexRange?.isEmpty() ?? true;
}
