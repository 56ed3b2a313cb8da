// A frame that is no message of OCPP-J, as a violation of its charge point. What is answered is decided already; nothing of the frame is kept.
import type { Link } from "../ocpp/link.ts";
import { apply } from "./apply.ts";
import type { Road } from "./handleCall.ts";

/**
 * Costs what a Heartbeat costs, and a link ends after limits.maxBadFrames of them. They are a kind of their own, `frame`, which no action of
 * OCPP is called, and no event.
 */
export function noteBadFrame(
  { house, clock }: Pick<Road, "house" | "clock">,
  { identity }: Link,
  problem: string,
): void {
  const twin = house.twins.get(identity);
  // Removed while its link is being closed.
  if (twin === undefined) return;
  const received = clock.now();
  const stamp = { at: received, received };
  apply(house, twin, [
    { type: "Heard", ...stamp },
    { type: "Violated", count: 1, texts: [`frame: ${problem}`], ...stamp },
  ]);
}
