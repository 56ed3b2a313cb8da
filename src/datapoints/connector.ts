// The point list of a connector, in the order in which it is browsed. The meter's rows come from meter.ts.
import { currentOfferedPoint } from "../twin/measurands.ts";
import { readingAt, type Connector, type Transaction } from "../twin/twin.ts";
import { statusDetails } from "./chargePoint.ts";
import { commandedSections, limitCommandedSection } from "./commanded.ts";
import { roleForKind } from "./commandRoles.ts";
import { telegramSection } from "./meter.ts";
import { section, type Section } from "./section.ts";
import { baseUnits, seconds } from "./units.ts";

export const connectorSections: readonly Section<Connector>[] = [
  section((connector: Connector) => connector.status, {
    "Status/Status": {
      read: (s) => s.status,
      type: "ChargePointStatus",
      history: true,
      description: "Status of the connector",
    },
    "Status/ErrorCode": {
      read: (s) => s.errorCode,
      type: "ChargePointErrorCode",
      history: true,
      description: "Error of the connector",
    },
    ...statusDetails("Status"),
  }),
  telegramSection((connector: Connector) => connector.meter),
  section((connector: Connector) => connector.transaction, {
    "Transaction/Active": {
      read: (t) => t.active,
      type: "Boolean",
      description: "A transaction is running",
    },
    "Transaction/TransactionId": {
      read: (t) => t.transactionId,
      type: "Int32",
      history: true,
      description: "Current or last transaction",
    },
    "Transaction/IdTag": {
      read: (t) => t.idTag,
      type: "String",
      description: "Id tag of the current or last transaction",
    },
    "Transaction/Energy": {
      read: (t: Transaction) => t.energy,
      type: "Double",
      unit: baseUnits.Wh,
      history: true,
      description: "Energy since the start of the transaction",
    },
    "Transaction/Duration": {
      read: (t) => t.durationSeconds,
      type: "Double",
      unit: seconds,
      description: "Duration of the transaction",
    },
  }),
  section((connector: Connector) => connector.transaction?.start, {
    "Transaction/Start/TransactionId": {
      read: (s) => s.transactionId,
      type: "Int32",
      description: "Id given in StartTransaction.conf",
    },
    "Transaction/Start/IdTag": {
      read: (s) => s.idTag,
      type: "String",
      description: "Id tag that started the transaction",
    },
    "Transaction/Start/MeterStart": {
      read: (s) => s.meterStart,
      type: "Double",
      unit: baseUnits.Wh,
      description: "Meter register at the start",
    },
    "Transaction/Start/Timestamp": {
      read: (s) => s.at,
      type: "DateTime",
      description: "Start of the transaction",
    },
    "Transaction/Start/ReservationId": {
      read: (s) => s.reservationId,
      type: "Int32",
      description: "Reservation that the transaction used",
    },
    "Transaction/Start/IdTagStatus": {
      read: (s) => s.idTagStatus,
      type: "AuthorizationStatus",
      description: "Answer to StartTransaction",
    },
  }),
  section((connector: Connector) => connector.transaction?.stop, {
    "Transaction/Stop/TransactionId": {
      read: (s) => s.transactionId,
      type: "Int32",
      description: "Id in StopTransaction",
    },
    "Transaction/Stop/IdTag": {
      read: (s) => s.idTag,
      type: "String",
      description: "Id tag that stopped the transaction",
    },
    "Transaction/Stop/MeterStop": {
      read: (s) => s.meterStop,
      type: "Double",
      unit: baseUnits.Wh,
      description: "Meter register at the end",
    },
    "Transaction/Stop/Timestamp": {
      read: (s) => s.at,
      type: "DateTime",
      description: "End of the transaction",
    },
    "Transaction/Stop/Reason": {
      read: (s) => s.reason,
      type: "Reason",
      description: "Why the transaction ended",
    },
    "Transaction/Stop/TransactionData": {
      read: (s) => s.transactionData,
      type: "String",
      description: "transactionData as JSON",
    },
  }),
  ...commandedSections<Connector>(),
  section((connector: Connector) => readingAt(connector.meter, currentOfferedPoint), {
    Limit: {
      read: (r) => r.value,
      type: "Double",
      unit: baseUnits.A,
      write: {
        role: roleForKind("setLimit"),
        command: (target, amperes) => ({ kind: "setLimit", ...target, amperes: Number(amperes) }),
      },
      description: "Current that the connector offers",
    },
  }),
  limitCommandedSection,
];
