// What pages keep beyond their own life belongs to whoever is logged in: nothing of it is left to the next one.
import { session } from "./session.ts";

/** Calls `forget` each time somebody else is logged in, or nobody any more. */
export function whenUserChanges(forget: () => void): void {
  let user = session.peek()?.user;
  session.subscribe((view) => {
    if (view?.user === user) return;
    user = view?.user;
    forget();
  });
}
