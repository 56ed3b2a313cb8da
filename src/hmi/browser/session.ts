// Who sits before this page and what they may do. The bridge judges each request anew; this only says beforehand what it will refuse.
import { signal } from "@preact/signals";
import type { Role } from "../../twin/commands.ts";
import type { SessionView } from "../shapes.ts";
import { get, keepBridgeTime, post } from "./api.ts";
import type { Refused } from "./refused.ts";
import { bridge, close, open, rightsChanged } from "./live.ts";
import { text, type TextKey } from "./texts.ts";

/** Undefined until the bridge has said. */
export const session = signal<SessionView | undefined>(undefined);

const rank: Readonly<Record<Role, number>> = { none: 0, observer: 1, operator: 2, engineer: 3, administrator: 4 };

export const roleText: Readonly<Record<Role, TextKey>> = {
  none: "role.none",
  observer: "role.observer",
  operator: "role.operator",
  engineer: "role.engineer",
  administrator: "role.administrator",
};

/** Why somebody may not do what needs this role, as a sentence; undefined when they may. */
export function whyNot(needed: Role): string | undefined {
  const role = session.value?.role ?? "none";
  if (rank[role] >= rank[needed]) return undefined;
  return text("role.needed", { needed: text(roleText[needed]), role: text(roleText[role]) });
}

/** Asks who is logged in, and stays informed. */
export function followSession(): void {
  bridge.subscribe((told) => {
    if (told !== undefined) keepBridgeTime(told.at);
  });
  rightsChanged.subscribe((view) => {
    if (view !== undefined) take(view);
  });
  void readSession();
}

export async function readSession(): Promise<void> {
  const answer = await get<SessionView>("/api/session");
  if (answer.kind === "answer") take(answer.value);
  else if (answer.status === 401) take({ role: "none" });
  else setTimeout(() => void readSession(), AGAIN_AFTER_MS);
}

/** Undefined when it has worked. */
export async function logIn(name: string, password: string): Promise<Refused | undefined> {
  const answer = await post<SessionView>("/api/login", { name, password });
  if (answer.kind === "refusal") return answer;
  take(answer.value);
  return undefined;
}

export async function logOut(): Promise<void> {
  await post("/api/logout", {});
  await readSession();
}

const AGAIN_AFTER_MS = 2_000;

/** With the user goes all that the page has kept of what he has seen, done and chosen: it begins anew. */
function take(view: SessionView): void {
  const former = session.peek()?.user;
  if (former !== undefined && former !== view.user) {
    location.reload();
    return;
  }
  session.value = view;
  if (view.role === "none") close();
  else open();
}
