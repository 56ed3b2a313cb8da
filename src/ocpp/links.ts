// The live links by identity, and what happens when an identity has a second socket. Knows no HTTP and no frames.
import type { Door } from "./door.ts";
import type { Link, LinkShared } from "./link.ts";

/** RFC 6455 §7.4.1 */
const NORMAL = 1000;
const GOING_AWAY = 1001;
const POLICY_VIOLATION = 1008;

export class Links {
  readonly #door: Door;
  readonly #shared: LinkShared;
  readonly #live = new Map<string, Link>();
  /** Newest sockets of identities that have a live link, while it is being found out which one stays. */
  readonly #candidates = new Map<string, Link>();
  /** Links that are being asked because of a candidate; every further candidate waits for the same answer. */
  readonly #asked = new Map<Link, Promise<boolean>>();
  #isStopping = false;

  constructor(door: Door, shared: LinkShared) {
    this.#door = door;
    this.#shared = shared;
  }

  get(identity: string): Link | undefined {
    return this.#live.get(identity);
  }

  get size(): number {
    return this.#live.size;
  }

  /** A new socket: it becomes the link of its identity, at once or when it has prevailed over the one before. */
  add(link: Link): void {
    if (this.#isStopping) return link.close(GOING_AWAY, "the central system stops");
    this.#candidates.get(link.identity)?.close(NORMAL, "there is a newer connection");
    const before = this.#live.get(link.identity);
    if (before === undefined) return this.#install(link);
    this.#candidates.set(link.identity, link);
    void this.#contest(link, before);
  }

  /** A link has ended; whatever else its identity has is left alone. */
  ended(link: Link): void {
    this.#shared.counts.add("linksClosed");
    if (this.#candidates.get(link.identity) === link) this.#candidates.delete(link.identity);
    if (this.#live.get(link.identity) !== link) return;
    this.#live.delete(link.identity);
    this.#door.unlinked(link);
  }

  /** Closes every link and takes no more. */
  stop(): void {
    this.#isStopping = true;
    for (const link of [...this.#candidates.values(), ...this.#live.values()])
      link.close(GOING_AWAY, "the central system stops");
  }

  /**
   * The newest socket wins once it has answered a ping. Where nobody has proved an identity, a socket that still answers
   * stays: a stranger must not be able to push out a charge point by using its name.
   */
  async #contest(link: Link, before: Link): Promise<void> {
    const [isNewAlive, isOldAlive] = await Promise.all([
      link.pings ? link.probe(this.#probeMs) : true,
      !link.isProven && before.pings ? this.#ask(before) : false,
    ]);
    if (this.#candidates.get(link.identity) !== link) return;
    this.#candidates.delete(link.identity);
    const { identity: chargePoint, remoteAddress } = link;
    if (!isNewAlive) return link.terminate("the new connection did not answer a ping");
    const current = this.#live.get(link.identity);
    // It was let in before the question.
    const admission = this.#door.admit(link.identity);
    if (admission.kind === "refused" || link.securityProfile < admission.lowestProfile)
      return link.close(POLICY_VIOLATION, "this charge point may not connect like this any more");
    if (current !== undefined && isOldAlive) {
      this.#shared.log.warn(
        { chargePoint, remoteAddress, connectedFrom: current.remoteAddress },
        "a second connection with the same identity was refused, because the first one is alive",
      );
      this.#door.contested(link);
      return link.close(POLICY_VIOLATION, "this identity is connected already");
    }
    if (current !== undefined) {
      this.#shared.counts.add("takeOvers");
      this.#shared.log.info({ chargePoint, remoteAddress }, "a new connection takes over");
      current.close(NORMAL, "there is a newer connection");
    }
    this.#install(link);
  }

  /**
   * One question to an old link, however many candidates come meanwhile: a charge point that redials must not begin its wait
   * anew each time. A link that leaves the question open is dead also when the candidate has given up in between, or one that
   * redials faster than it is found out would never get back in.
   */
  #ask(before: Link): Promise<boolean> {
    const asked = this.#asked.get(before);
    if (asked !== undefined) return asked;
    const answer = before.probe(this.#probeMs).then((isAlive) => {
      this.#asked.delete(before);
      if (!isAlive && !this.#candidates.has(before.identity))
        before.terminate("the charge point is silent, and a newer connection has been waiting for it");
      return isAlive;
    });
    this.#asked.set(before, answer);
    return answer;
  }

  get #probeMs(): number {
    return this.#shared.limits.takeOverProbeSeconds * 1000;
  }

  #install(link: Link): void {
    this.#live.set(link.identity, link);
    this.#door.linked(link);
    link.release();
  }
}
