// A module that decides: copy it, change it, and ask it in a rules file, whose folder its path is relative to:
//
//   rules:
//     - name: our own code
//       on: [Authorize, StartTransaction, StopTransaction, DataTransfer]
//       ask: { module: ./example.ts }
//       otherwise: { status: Invalid } # as long as it throws or hangs; DataTransfer knows other words: make a rule of its own
//
// It is ordinary code for Node.js, also as .mjs or .js, and runs in a process of its own. When it or a file that it imports
// changes it is loaded anew; one with an error leaves the one from before at work.
// For the types: npm install --save-dev ocpp-opcua. They are not needed to run it.
import type { Context, Question, Verdict } from "ocpp-opcua";

interface Holder {
  /** Those of one group may stop each other's transactions (OCPP 1.6 §3.13). At most 20 characters. */
  readonly group?: string;
  /** RFC 3339 */
  readonly validUntil?: string;
}

/** Who may charge. As long as nobody is in it everybody may. */
const holders: ReadonlyMap<string, Holder> = new Map([
  ["04A1B2C3", { group: "STAFF" }],
  ["04FFEE01", { group: "STAFF", validUntil: "2099-12-31T23:00:00Z" }],
  ["DEADBEEF", { validUntil: "2020-01-01T00:00:00Z" }],
]);

/** DataTransfer: what is answered to each of our messages (OCPP 1.6 §4.3). */
const OUR_VENDOR = "org.example";
const ourMessages: Readonly<Record<string, (data: string | undefined, context: Context) => string>> = {
  Echo: (data) => data ?? "",
  Time: (_, { now }) => now.toISOString(),
};

/**
 * Asked for each question, also for several at the same time. Undefined: it does not know; the rule's `otherwise` holds, else the next
 * rule is asked.
 */
export default async function decide(question: Question, context: Context): Promise<Verdict | undefined> {
  switch (question.action) {
    case "Authorize":
      return authorize(question.payload.idTag, context);
    case "StartTransaction": {
      const { connectorId, idTag, meterStart } = question.payload;
      context.log("a transaction starts", { chargePoint: question.chargePoint.id, connectorId, meterStart });
      // The transaction id is the bridge's to give.
      return authorize(idTag, context);
    }
    case "StopTransaction":
      // It has stopped already; an answer that refuses changes nothing (OCPP 1.6 §4.10).
      return { status: "Accepted" };
    case "DataTransfer":
      return transfer(question.payload, context);
    case "BootNotification":
      return undefined;
  }
}

function authorize(idTag: string, { now }: Context): Verdict {
  if (holders.size === 0) return { status: "Accepted" };
  // OCPP 1.6 §7.28: capitals and small letters are the same.
  const holder = holders.get(idTag.toUpperCase());
  if (holder === undefined) return { status: "Invalid" };
  const { group, validUntil } = holder;
  const about = {
    ...(group !== undefined && { parentIdTag: group }),
    ...(validUntil !== undefined && { expiryDate: validUntil }),
  };
  if (validUntil !== undefined && new Date(validUntil) <= now) return { status: "Expired", ...about };
  return { status: "Accepted", ...about };
}

type DataTransfer = Extract<Question, { action: "DataTransfer" }>["payload"];

function transfer({ vendorId, messageId = "", data }: DataTransfer, context: Context): Verdict {
  if (vendorId !== OUR_VENDOR) return { status: "UnknownVendorId" };
  const reply = Object.hasOwn(ourMessages, messageId) ? ourMessages[messageId] : undefined;
  return reply === undefined ? { status: "UnknownMessageId" } : { status: "Accepted", data: reply(data, context) };
}
