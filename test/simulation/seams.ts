// Where a deliberately bad bridge differs from the real one: at the interfaces between its parts, never by a switch in the product.
import type Database from "better-sqlite3";
import type { House } from "../../src/app/apply.ts";
import type { Callable } from "../../src/app/roadOut.ts";
import type { Answer, Call, Door } from "../../src/ocpp/door.ts";
import type { Link, LinkSocket } from "../../src/ocpp/link.ts";
import type { Links } from "../../src/ocpp/links.ts";
import type { Clock } from "../../src/std/clock.ts";
import type { Ledger } from "../../src/twin/ledger.ts";

export type HandleCall = (link: Link, call: Call) => Answer | Promise<Answer>;

/** What stands between the parts of one life of the bridge. */
export interface Seams {
  /** The database has been opened. */
  readonly opened: (database: Database.Database) => void;
  readonly ledger: (real: Ledger) => Ledger;
  readonly handleCall: (real: HandleCall) => HandleCall;
  /** The socket of a link. */
  readonly socket: (real: LinkSocket, clock: Clock) => LinkSocket;
  readonly linked: (real: Door["linked"], house: House) => Door["linked"];
  readonly unlinked: (real: Door["unlinked"]) => Door["unlinked"];
  /** What the road out calls. */
  readonly callable: (real: Callable) => Callable;
  /** A socket of an identity has closed; its link has noticed by itself. */
  readonly closed: (links: Links, identity: string) => void;
}

/** The bridge as it is. */
export const asItIs: Seams = {
  opened: () => {},
  ledger: (real) => real,
  handleCall: (real) => real,
  socket: (real) => real,
  linked: (real) => real,
  unlinked: (real) => real,
  callable: (real) => real,
  closed: () => {},
};
