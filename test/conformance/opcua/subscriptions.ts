// Subscription Services (OPC 10000-4 §5.14).
import {
  CreateSubscriptionRequest,
  DeleteSubscriptionsRequest,
  ModifySubscriptionRequest,
  PublishRequest,
  RepublishRequest,
  SetPublishingModeRequest,
  TransferSubscriptionsRequest,
  type CreateSubscriptionResponse,
  type DeleteSubscriptionsResponse,
  type ModifySubscriptionResponse,
  type PublishResponse,
  type RepublishResponse,
  type SetPublishingModeResponse,
  type TransferSubscriptionsResponse,
} from "node-opcua";
import { expect } from "vitest";
import { eventually } from "../../opcua/fixture.ts";
import { nextValues } from "./monitoring.ts";
import { NO_ID, POWER, type Site } from "./site.ts";
import { check, claimed, elsewhere, notClaimed, type Unit } from "./unit.ts";

const names = (results: readonly { readonly name: string }[] | null): string[] =>
  (results ?? []).map(({ name }) => name);

const basic = claimed(
  "Subscription Basic",
  check(
    "intervals and counts are revised so that a subscription lives at least three keep-alives (§5.14.2)",
    async (site) => {
      await site.with(async ({ session }) => {
        const created = await site.ask<CreateSubscriptionResponse>(
          new CreateSubscriptionRequest({
            requestedPublishingInterval: 50,
            requestedLifetimeCount: 3,
            requestedMaxKeepAliveCount: 20,
          }),
          session,
        );
        const { subscriptionId } = created;
        expect(created.revisedPublishingInterval).toBeGreaterThan(0);
        expect(created.revisedLifetimeCount).toBeGreaterThanOrEqual(3 * created.revisedMaxKeepAliveCount);
        const changed = await site.ask<ModifySubscriptionResponse>(
          new ModifySubscriptionRequest({
            subscriptionId,
            requestedPublishingInterval: 100,
            requestedLifetimeCount: 3,
            requestedMaxKeepAliveCount: 30,
          }),
          session,
        );
        expect(changed.revisedPublishingInterval).toBe(100);
        expect(changed.revisedLifetimeCount).toBeGreaterThanOrEqual(3 * changed.revisedMaxKeepAliveCount);
      });
    },
  ),
  check("one that is switched off tells nothing, and everything when it is switched on (§5.14.4)", async (site) => {
    await site.with(async ({ session }) => {
      const subscriptionId = await site.subscribe(session, false);
      await site.monitor(subscriptionId, [POWER], {}, session);
      site.change("Power.Active.Import", 3001);
      const answer = nextValues(site, session);
      const on = new SetPublishingModeRequest({ publishingEnabled: true, subscriptionIds: [subscriptionId, NO_ID] });
      const { results } = await site.ask<SetPublishingModeResponse>(on, session);
      expect(names(results)).toEqual(["Good", "BadSubscriptionIdInvalid"]);
      // The first message of a subscription may be a keep-alive (§5.14.1.2).
      const values = await answer;
      expect((values.length > 0 ? values : await nextValues(site, session)).at(-1)).toEqual([0, 3001]);
    });
  }),
  check("each answered in its place when they are deleted", async (site) => {
    await site.with(async ({ session }) => {
      const subscriptionIds = [await site.subscribe(session), NO_ID, await site.subscribe()];
      const { results } = await site.ask<DeleteSubscriptionsResponse>(
        new DeleteSubscriptionsRequest({ subscriptionIds }),
        session,
      );
      expect(names(results)).toEqual(["Good", "BadSubscriptionIdInvalid", "BadSubscriptionIdInvalid"]);
      await site.ask(new DeleteSubscriptionsRequest({ subscriptionIds: subscriptionIds.slice(2) }));
    });
  }),
  check("nothing to do, no subscription, no such subscription", async (site) => {
    await site.with(async ({ session }) => {
      const off = new SetPublishingModeRequest({ publishingEnabled: false, subscriptionIds: [] });
      expect(await site.codeOf(off, session)).toBe("BadNothingToDo");
      expect(await site.codeOf(new DeleteSubscriptionsRequest({ subscriptionIds: [] }), session)).toBe(
        "BadNothingToDo",
      );
      expect(await site.codeOf(new PublishRequest({}), session)).toBe("BadNoSubscription");
      const change = new ModifySubscriptionRequest({ subscriptionId: NO_ID, requestedPublishingInterval: 100 });
      expect(await site.codeOf(change, session)).toBe("BadSubscriptionIdInvalid");
      const again = new RepublishRequest({ subscriptionId: NO_ID, retransmitSequenceNumber: 1 });
      expect(await site.codeOf(again, session)).toBe("BadSubscriptionIdInvalid");
    });
  }),
  check("messages are numbered, kept until they are acknowledged, and then gone (§5.14.5, §5.14.6)", async (site) => {
    await site.with(async ({ session }) => {
      const subscriptionId = await site.subscribe(session);
      await site.monitor(subscriptionId, [POWER], {}, session);
      const first = await site.ask<PublishResponse>(new PublishRequest({}), session);
      site.change("Power.Active.Import", 3100 + Math.random());
      const second = await site.ask<PublishResponse>(new PublishRequest({}), session);
      const { sequenceNumber } = first.notificationMessage;
      expect(second.notificationMessage.sequenceNumber).toBe(sequenceNumber + 1);
      expect(second.availableSequenceNumbers).toEqual([sequenceNumber, sequenceNumber + 1]);
      const again = new RepublishRequest({ subscriptionId, retransmitSequenceNumber: sequenceNumber });
      const { notificationMessage } = await site.ask<RepublishResponse>(again, session);
      expect(notificationMessage.toString()).toBe(first.notificationMessage.toString());
      site.change("Power.Active.Import", 3100 + Math.random());
      const subscriptionAcknowledgements = [
        { subscriptionId, sequenceNumber },
        { subscriptionId, sequenceNumber },
        { subscriptionId: NO_ID, sequenceNumber },
      ];
      const third = await site.ask<PublishResponse>(new PublishRequest({ subscriptionAcknowledgements }), session);
      expect(names(third.results)).toEqual(["Good", "BadSequenceNumberUnknown", "BadSubscriptionIdInvalid"]);
      expect(
        await site.codeOf(new RepublishRequest({ subscriptionId, retransmitSequenceNumber: sequenceNumber }), session),
      ).toBe("BadMessageNotAvailable");
    });
  }),
);

const minimum = ([1, 2, 5] as const).map((count) =>
  claimed(
    count === 1 ? "Subscription Minimum 1" : `Subscription Minimum 0${count}`,
    check(`${count} subscriptions of one session, each with its own values`, async (site) => {
      await site.with(async ({ session }) => {
        for (let made = 0; made < count; made++)
          await site.monitor(await site.subscribe(session), [POWER], {}, session);
        for (let told = 0; told < count; told++) expect(await nextValues(site, session)).toHaveLength(1);
      });
    }),
  ),
);

const publishing = ([2, 5, 10] as const).map((count) =>
  claimed(
    `Subscription Publish Min ${String(count).padStart(2, "0")}`,
    check(`${count} publish requests wait and are answered in their order (§5.14.1.2)`, async (site) => {
      await site.with(async ({ session }) => {
        await site.monitor(await site.subscribe(session), [POWER], {}, session);
        await nextValues(site, session);
        const order: number[] = [];
        const waiting = Array.from({ length: count }, async (_, index) => {
          const values = await nextValues(site, session);
          order.push(index);
          return values;
        });
        for (let index = 0; index < count; index++) {
          site.change("Power.Active.Import", 4000 + index);
          expect(await waiting[index]).toEqual([[0, 4000 + index]]);
        }
        expect(order).toEqual(waiting.map((_, index) => index));
      });
    }),
  ),
);

const overflow = claimed(
  "Subscription PublishRequest Queue Overflow",
  check("of more publish requests than are kept the oldest are told so, and the rest go on (§5.14.5)", async (site) => {
    await site.with(async ({ session }) => {
      await site.subscribe(session);
      const codes: string[] = [];
      const ask = async (): Promise<void> => void codes.push(await site.codeOf(new PublishRequest({}), session));
      const asked = Array.from({ length: 300 }, ask);
      await eventually(() => codes.filter((code) => code === "BadTooManyPublishRequests").length >= 100);
      // The first message of a subscription answers one of them (§5.14.1.2).
      expect(codes.filter((code) => code === "Good").length).toBeLessThanOrEqual(1);
      await session.close(true);
      await Promise.all(asked);
    });
  }),
);

async function transfer(site: Site, ids: readonly number[], security: "None" | "Basic256Sha256"): Promise<string[]> {
  let results: string[] = [];
  await site.with(async ({ session }) => {
    const request = new TransferSubscriptionsRequest({ subscriptionIds: [...ids], sendInitialValues: true });
    const answer = await site.ask<TransferSubscriptionsResponse>(request, session);
    results = (answer.results ?? []).map(({ statusCode }) => statusCode.name);
  }, security);
  return results;
}

const transferring = claimed(
  "Subscription Transfer",
  check("one that is not there, and one of an anonymous client whom nothing identifies (§5.14.7)", async (site) => {
    await site.with(async ({ session }) => {
      const others = await site.subscribe(session);
      expect(await transfer(site, [NO_ID, others], "None")).toEqual([
        "BadSubscriptionIdInvalid",
        "BadUserAccessDenied",
      ]);
    });
  }),
  check("nothing to transfer", async (site) => {
    const request = new TransferSubscriptionsRequest({ subscriptionIds: [], sendInitialValues: true });
    expect(await site.codeOf(request)).toBe("BadNothingToDo");
  }),
  elsewhere("opcua/subscriptions.test.ts", "goes over to another session of the same client with everything that has"),
);

export const subscriptions: readonly Unit[] = [
  basic,
  ...minimum,
  ...publishing,
  overflow,
  transferring,
  notClaimed("Subscription Durable", "queues are in memory alone; what has been missed is read from the history"),
];
