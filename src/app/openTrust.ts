// Opens what is known of whom the bridge trusts, and keeps looking at the folders.
import type { Settings } from "../settings/settings.ts";
import { every, type Clock } from "../std/clock.ts";
import type { Lifecycle } from "../std/lifecycle.ts";
import { Trust } from "./trust.ts";

/** So long at most is a file that somebody has moved by hand shown where it lay. */
const LOOK_EVERY_MS = 60_000;

export async function openTrust(
  lifecycle: Lifecycle,
  { settings: { store, opcua }, clock }: { readonly settings: Settings; readonly clock: Clock },
): Promise<Trust> {
  const trust = new Trust({ dataDirectory: store.directory, ownCertificate: opcua.certificate });
  await trust.look();
  await lifecycle.start("trust", async () => {
    const looking = every(clock, LOOK_EVERY_MS, () => void trust.look());
    return { stop: async () => looking.cancel() };
  });
  return trust;
}
