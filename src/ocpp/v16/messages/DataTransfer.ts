// DataTransfer (OCPP 1.6 §4.3, §5.6): a vendor's own message. From the charge point it is kept as it came and decided outside, and what a
// vendor file knows of it is shown;
// what one of ours means, and what its answer does, only the vendor knows.
import { enumerations, type DataTransferStatus } from "../../../schema/ocpp16.generated.ts";
import type { IncomingMessage, OutgoingMessage } from "../message.ts";
import { keptText } from "../values.ts";
import { mappingsFor, reportVendorValues } from "../vendorValues.ts";

export const IncomingDataTransfer: IncomingMessage<"DataTransfer"> = {
  ask: (request, moment) => ({
    action: "DataTransfer",
    chargePointId: moment.twin.id,
    payload: request,
    ...(mappingsFor(request, moment).length > 0 && { isUnderstood: true as const }),
  }),
  happen: (request, moment) => {
    const { payload, received } = moment;
    return [
      { type: "Noted", topic: "dataTransfer", text: keptText(payload, moment), at: received, received },
      ...reportVendorValues(mappingsFor(request, moment), moment),
    ];
  },
  reply: (_request, { verdict }) => ({
    status: statusOf(verdict?.status),
    ...(verdict?.data !== undefined && { data: verdict.data }),
  }),
};

export const OutgoingDataTransfer: OutgoingMessage<"DataTransfer"> = {};

/** Without a verdict nobody knows the vendor; one that OCPP does not know is no acceptance. */
function statusOf(status: string | undefined): DataTransferStatus {
  if (status === undefined) return "UnknownVendorId";
  return enumerations.DataTransferStatus.find((known) => known === status) ?? "Rejected";
}
