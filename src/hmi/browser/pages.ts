// THE TABLE OF PAGES: address, title, what shows it, and who may see it. A page is loaded when it is first opened, so that the
// first paint stays small.
import { computed, type ReadonlySignal } from "@preact/signals";
import type { ComponentType } from "preact";
import { unacknowledgedCount } from "./alarms.ts";
import { bridge } from "./live.ts";
import type { TextKey } from "./texts.ts";

/** What a page is given: the parts of its address that stand for `:name`. */
export interface PageProps {
  readonly params: Readonly<Record<string, string>>;
}

export interface Page {
  readonly path: string;
  readonly title: TextKey;
  /** It stands in the navigation. */
  readonly isInNavigation: boolean;
  /** How much there waits for somebody. */
  readonly waiting?: ReadonlySignal<number>;
  readonly load: () => Promise<ComponentType<PageProps>>;
}

export const pages: readonly Page[] = [
  {
    path: "/",
    title: "page.site",
    isInNavigation: true,
    load: async () => (await import("./site/sitePage.tsx")).SitePage,
  },
  {
    path: "/charge-points",
    title: "page.chargePoints",
    isInNavigation: true,
    load: async () => (await import("./chargePoints/chargePointsPage.tsx")).ChargePointsPage,
  },
  {
    path: "/alarms",
    title: "page.alarms",
    isInNavigation: true,
    waiting: unacknowledgedCount,
    load: async () => (await import("./alarms/alarmsPage.tsx")).AlarmsPage,
  },
  {
    path: "/transactions",
    title: "page.transactions",
    isInNavigation: true,
    load: async () => (await import("./transactions/transactionsPage.tsx")).TransactionsPage,
  },
  {
    path: "/inbox",
    title: "page.inbox",
    isInNavigation: true,
    waiting: computed(() => bridge.value?.pendingChargePoints ?? 0),
    load: async () => (await import("./inbox/inboxPage.tsx")).InboxPage,
  },
  {
    path: "/messages",
    title: "page.messages",
    isInNavigation: true,
    load: async () => (await import("./messages/messagesPage.tsx")).MessagesPage,
  },
  {
    path: "/charge-points/:id",
    title: "page.chargePoint",
    isInNavigation: false,
    load: async () => (await import("./faceplates/chargePointPage.tsx")).ChargePointPage,
  },
  {
    path: "/charge-points/:id/connectors/:connector",
    title: "page.connector",
    isInNavigation: false,
    load: async () => (await import("./faceplates/connectorPage.tsx")).ConnectorPage,
  },
  {
    path: "/rules",
    title: "page.rules",
    isInNavigation: true,
    load: async () => (await import("./rules/rulesPage.tsx")).RulesPage,
  },
  {
    path: "/id-tags",
    title: "page.idTags",
    isInNavigation: true,
    load: async () => (await import("./idTags/idTagsPage.tsx")).IdTagsPage,
  },
  {
    path: "/point-list",
    title: "page.pointList",
    isInNavigation: true,
    load: async () => (await import("./pointList/pointListPage.tsx")).PointListPage,
  },
  {
    path: "/certificates",
    title: "page.certificates",
    isInNavigation: true,
    load: async () => (await import("./certificates/certificatesPage.tsx")).CertificatesPage,
  },
  {
    path: "/users",
    title: "page.users",
    isInNavigation: true,
    load: async () => (await import("./users/usersPage.tsx")).UsersPage,
  },
];
