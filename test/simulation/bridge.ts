// One life of the bridge: the product's own parts put together as src/app/start.ts does it, without its ports. What stands in for a part is
// the wire below the links and the disk below the store; everything in between is the code that runs in production.
import { randomUUID } from "node:crypto";
import { Accounts } from "../../src/app/accounts.ts";
import { Sequences } from "../../src/app/announce.ts";
import type { House } from "../../src/app/apply.ts";
import { DecisionEventRoom } from "../../src/app/decisionEventRoom.ts";
import { Denials } from "../../src/app/denials.ts";
import { openDoor } from "../../src/app/door.ts";
import { Effects } from "../../src/app/effects.ts";
import { fillHouse } from "../../src/app/fillHouse.ts";
import { handleCall, type Road } from "../../src/app/handleCall.ts";
import { IdTagImports } from "../../src/app/idTagImports.ts";
import { IdTags } from "../../src/app/idTags.ts";
import { inTurns } from "../../src/app/inTurns.ts";
import { entriesFrom } from "../../src/app/keptRegister.ts";
import { LedgerNotes } from "../../src/app/ledgerNotes.ts";
import { noteBadFrame } from "../../src/app/noteBadFrame.ts";
import { Register } from "../../src/app/register.ts";
import { Resynchronisation } from "../../src/app/resynchronise.ts";
import type { RoadOut } from "../../src/app/roadOut.ts";
import { RunningIdTags } from "../../src/app/runningIdTags.ts";
import { ScadaQuestions } from "../../src/app/scadaQuestions.ts";
import { callUnasked, sendCommand } from "../../src/app/sendCommand.ts";
import { Twins } from "../../src/app/twins.ts";
import { VendorProfiles } from "../../src/app/vendorProfiles.ts";
import { watchStaleness } from "../../src/app/watch.ts";
import { deciderOf, type Decide } from "../../src/decisions/decide.ts";
import { SiteFacts } from "../../src/decisions/rules/facts.ts";
import { noRules } from "../../src/decisions/rules/rule.ts";
import type { Door } from "../../src/ocpp/door.ts";
import { Link, type LinkShared } from "../../src/ocpp/link.ts";
import { Links } from "../../src/ocpp/links.ts";
import type { Settings } from "../../src/settings/settings.ts";
import { Counts } from "../../src/std/counts.ts";
import type { Log } from "../../src/std/log.ts";
import { openStore, type Store } from "../../src/store/store.ts";
import type { Commander } from "../../src/twin/commands.ts";
import type { Projection } from "../../src/twin/ports.ts";
import type { Life, Machine } from "./machine.ts";
import type { HandleCall, Seams } from "./seams.ts";
import { SimulatedStoreThread } from "./storeThread.ts";
import type { Wire } from "./wire.ts";

export interface BridgeOptions {
  readonly machine: Machine;
  readonly settings: Settings;
  readonly seams: Seams;
  readonly log: Log;
  /** Looks on. */
  readonly witness: Projection;
  /** Is told of each call when it is handled, and when it has been answered. */
  readonly handling: (link: Link, callId: string) => () => void;
  /** It could not begin; its process has ended. */
  readonly failed: () => void;
  /** How long a decision takes, ms; 0 is at once. */
  readonly decisionMs: () => number;
}

/** What all parts of a life have in common. */
interface Common {
  readonly settings: Settings;
  readonly clock: Life;
  readonly counts: Counts;
  readonly log: Log;
  readonly house: House;
  readonly vendorProfiles: VendorProfiles;
}

/** What can be reached once the store is open. */
interface Open {
  readonly house: House;
  readonly links: Links;
  readonly command: Commander;
  readonly shared: LinkShared;
  readonly door: Door;
  readonly runningIdTags: RunningIdTags;
}

export class Bridge {
  readonly life: Life;
  readonly #options: BridgeOptions;
  readonly #wires = new Map<Link, Wire>();
  #thread: SimulatedStoreThread | undefined;
  #open: Open | undefined;

  constructor(options: BridgeOptions) {
    this.#options = options;
    this.life = options.machine.begin();
    this.#begin().catch(() => {
      if (this.life.isOver) return;
      this.life.end();
      options.failed();
    });
  }

  get isListening(): boolean {
    return this.#open !== undefined && !this.life.isOver;
  }

  get house(): House | undefined {
    return this.#open?.house;
  }

  get links(): Links | undefined {
    return this.#open?.links;
  }

  get command(): Commander | undefined {
    return this.life.isOver ? undefined : this.#open?.command;
  }

  /** Whether the bridge knows of no transaction that runs by this id tag. */
  isFree(idTag: string): boolean {
    return [...(this.#open?.runningIdTags.of(idTag) ?? [])].length === 0;
  }

  wireOf(link: Link): Wire | undefined {
    return this.#wires.get(link);
  }

  /** What ocpp/listener.ts does with a WebSocket whose handshake is done. */
  accept(wire: Wire, isProven: boolean): void {
    if (this.#open === undefined) return;
    const { door, links, shared } = this.#open;
    const { identity, bridgeEnd: socket } = wire;
    const admission = door.admit(identity);
    if (admission.kind === "refused") return socket.terminate();
    const link = new Link({
      identity,
      remoteAddress: "192.0.2.1",
      securityProfile: 1,
      isProven,
      socket: this.#options.seams.socket(socket, this.life),
      pings: admission.ping,
      settleSeconds: admission.settleSeconds,
      handleCall: (from, call) => door.handleCall(from, call),
      misread: (from, problem) => door.misread(from, problem),
      ended: (ended) => links.ended(ended),
      shared,
    });
    this.#wires.set(link, wire);
    socket.on("close", () => this.#options.seams.closed(links, identity));
    links.add(link);
  }

  /** The process is gone in the middle of whatever it does. */
  kill(isPowerGone: boolean): void {
    this.life.end();
    for (const wire of this.#wires.values()) wire.bridgeEnd.abandon(isPowerGone);
    if (isPowerGone) this.#options.machine.disk.failPower();
  }

  /** Only the store's thread ends. */
  killThread(): void {
    this.#thread?.die();
  }

  async #begin(): Promise<void> {
    const { machine, seams, log, settings } = this.#options;
    const store = await openStore({
      directory: "",
      clock: this.life,
      log,
      originOf: () => "settings",
      startThread: () => {
        this.#thread = new SimulatedStoreThread(this.life, machine.disk, (disk) => {
          const database = disk.open();
          seams.opened(database);
          return database;
        });
        return this.#thread;
      },
    });
    if (!this.life.isOver) this.#open = this.#compose(store, settings);
  }

  #compose(store: Store, settings: Settings): Open {
    const { log, witness, seams } = this.#options;
    const clock = this.life;
    const register = new Register(settings, entriesFrom(store.restored.register, log), store.register);
    const vendorProfiles = new VendorProfiles({ profiles: [], datapoints: [] }, (id) => register.get(id));
    const runningIdTags = new RunningIdTags();
    const projections: Projection[] = [store.projection, runningIdTags, witness];
    const house: House = { twins: new Twins(), projections, sequences: new Sequences() };
    const known = store.restored;
    fillHouse({ house, settings, vendorProfiles, register, clock, log, known, forget: () => {} });
    const common: Common = { settings, clock, counts: new Counts(), log, house, vendorProfiles };
    const shared: LinkShared = {
      ...common,
      limits: settings.limits,
      callTimeoutSeconds: settings.ocpp.callTimeoutSeconds,
      messages: undefined,
    };
    const road = roadIn(common, { store, register, runningIdTags, ...this.#deciding(common, seams, store) });
    const door = this.#door(road, common, register);
    const links = new Links(door, shared);
    const out = roadOut(common, { store, register, linkOf: (id) => called(links, id, seams) });
    const { effects, resynchronisation } = followers(out);
    projections.push(effects, resynchronisation);
    watchStaleness(house, clock);
    return { house, links, command: inTurns(sendCommand.bind(undefined, out), clock), shared, door, runningIdTags };
  }

  #deciding({ clock }: Common, seams: Seams, store: Store): Pick<Road, "decide" | "ledger"> {
    const real = deciderOf({
      rules: () => noRules,
      sources: {},
      site: new SiteFacts(""),
      clock,
      timeoutSeconds: 3,
      note: () => {},
    });
    const decide: Decide = (question, circumstances) => {
      const verdict = real(question, circumstances);
      const delayMs = this.#options.decisionMs();
      return delayMs === 0 ? verdict : new Promise((resolve) => void clock.after(delayMs, () => resolve(verdict)));
    };
    return { decide, ledger: seams.ledger(store.ledger) };
  }

  #door(road: Road, common: Common, register: Register): Door {
    const { seams, handling } = this.#options;
    const real = openDoor({ ...common, register, left: () => {} });
    const handle: HandleCall = (link, call) => {
      const answered = handling(link, call.id);
      const answer = handleCall(road, link, call);
      if (answer instanceof Promise) return answer.finally(answered);
      answered();
      return answer;
    };
    return {
      ...real,
      linked: seams.linked(real.linked, common.house),
      unlinked: seams.unlinked(real.unlinked),
      refused: () => {},
      contested: () => {},
      misread: noteBadFrame.bind(undefined, road),
      handleCall: seams.handleCall(handle),
    };
  }
}

function called(links: Links, id: string, { callable }: Seams): ReturnType<RoadOut["linkOf"]> {
  const link = links.get(id);
  return link && callable(link);
}

type RoadParts = Pick<Road, "decide" | "ledger" | "runningIdTags"> & {
  readonly store: Store;
  readonly register: Register;
};

function roadIn(common: Common, { store, register, ledger, ...parts }: RoadParts): Road {
  return {
    ...common,
    ...parts,
    ledger,
    ledgerNotes: new LedgerNotes(ledger),
    storeState: store.state,
    isStranger: (id) => register.isStranger(id),
    validationOf: (id) => register.validationOf(id),
    beforeAcceptedOf: (id) => register.beforeAcceptedOf(id),
    signing: { judge: async () => ({ status: "Rejected", reason: "nobody can sign here" }) },
  };
}

interface OutParts extends Pick<RoadOut, "linkOf" | "register"> {
  readonly store: Store;
}

function roadOut(common: Common, { store, ...parts }: OutParts): RoadOut {
  const { settings, clock, log, house } = common;
  const { limits, ocpp } = settings;
  const room = new DecisionEventRoom(limits, clock, log);
  return {
    ...common,
    ...parts,
    idTags: new IdTags(limits.maxIdTags, store.restored.idTags, store.idTags),
    accounts: new Accounts(store.restored.accounts, store.account),
    trust: { trust: async () => "unknown", reject: async () => "unknown" },
    audit: () => {},
    idTagImports: new IdTagImports(clock, limits.maxIdTags),
    fillingLocalList: new Set(),
    decisions: {
      scada: new ScadaQuestions({ house, settings, clock, room, nextRequestId: randomUUID }),
      reload: () => "",
    },
    effects: new Effects({
      clock,
      log,
      timeoutSeconds: ocpp.effectTimeoutSeconds,
      most: limits.maxAwaitedEffects,
      mostPerChargePoint: limits.maxAwaitedEffectsPerChargePoint,
    }),
    denials: new Denials(log, clock),
    alarms: { effectMissed: () => {}, effectSeen: () => {} },
  };
}

function followers(road: RoadOut): Pick<RoadOut, "effects"> & { readonly resynchronisation: Resynchronisation } {
  const { effects, clock, settings, house } = road;
  const resynchronisation = new Resynchronisation({
    clock,
    settings: settings.ocpp.resynchronisation,
    twinOf: (id) => house.twins.get(id),
    call: callUnasked.bind(undefined, road),
  });
  return { effects, resynchronisation };
}
