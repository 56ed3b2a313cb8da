// What a change of the address space is called in the message of its event: one English sentence, short whatever its number of changes.

/** Identities of charge points; `changed` are those below which nodes have come. */
export interface ChangedChargePoints {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
}

/** At least one of the lists holds something. */
export function textOfChanges({ added, removed, changed }: ChangedChargePoints): string {
  const clauses = [
    ...(added.length === 0 ? [] : [`${subject(added)} been added`]),
    ...(removed.length === 0 ? [] : [`${subject(removed)} been removed`]),
    ...(changed.length === 0 ? [] : [`nodes have been added below ${named(changed)}`]),
  ];
  const text = clauses.join("; ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function subject(ids: readonly string[]): string {
  return `${named(ids)} ${ids.length === 1 ? "has" : "have"}`;
}

function named(ids: readonly string[]): string {
  return ids.length === 1 ? `charge point ${ids[0]}` : `${ids.length} charge points`;
}
