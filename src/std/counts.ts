// Plain counters of what the program does; the metrics page reads them. Adding to one must cost nothing.

const names = [
  "framesReceived",
  "framesSent",
  "badFrames",
  "callErrorsSent",
  "violations",
  "linksOpened",
  "linksClosed",
  "linksRefused",
  "loginsFailed",
  "tlsFailed",
  "takeOvers",
  "samplesPublished",
  "decisions",
  "decisionsImpaired",
  "decisionsUntold",
  "ruleReloads",
  "ruleReloadsRefused",
  "moduleReloads",
  "moduleReloadsRefused",
  "moduleRestarts",
  "answersWithheld",
  "samplesKept",
  "samplesLost",
  "eventsKept",
  "eventsLost",
  "messagesNotKept",
  "commandsSent",
  "commandsAnswered",
  "commandsFailed",
  "commandsTimedOut",
  "commandsRefused",
  "effectsObserved",
  "effectsMissed",
] as const;

export type CountName = (typeof names)[number];

export class Counts {
  readonly #values = new Map<CountName, number>(names.map((name) => [name, 0]));

  add(name: CountName, by = 1): void {
    this.#values.set(name, (this.#values.get(name) ?? 0) + by);
  }

  /** Every counter with its value since the start of the process. */
  entries(): ReadonlyMap<CountName, number> {
    return this.#values;
  }
}
