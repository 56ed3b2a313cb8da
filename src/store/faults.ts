// What a fault of SQLite or of the disk below it means, in a sentence, and what is to be done about it.

/** An expected fault whose message is one sentence for the operator. */
export class StoreFault extends Error {
  override readonly name = "StoreFault";
  /** Nothing is wrong with the settings or the folder: somebody else has it. */
  readonly isElsewhere: boolean;

  constructor(sentence: string, { isElsewhere = false, cause }: { isElsewhere?: boolean; cause?: unknown } = {}) {
    super(sentence, { cause });
    this.isElsewhere = isElsewhere;
  }
}

function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === "string" ? code : "";
}

/** The file itself is broken, not the disk below it. */
export function isCorrupt(error: unknown): boolean {
  return /^SQLITE_(?:CORRUPT|NOTADB)/.test(codeOf(error));
}

/** The disk refuses, whatever is written or opened: as opposed to a fault of one record, and to a file of a newer version. */
export function isOfDisk(error: unknown): boolean {
  return /^SQLITE_(?:FULL|IOERR|READONLY|CANTOPEN|CORRUPT|NOTADB|NOMEM|BUSY|LOCKED|PROTOCOL|PERM|AUTH)/.test(
    codeOf(error instanceof StoreFault ? error.cause : error),
  );
}

/** What has been written may not be there: the file must be opened anew and checked before anything is confirmed. */
export function needsReopening(error: unknown): boolean {
  return !/^SQLITE_(?:FULL|READONLY$)/.test(codeOf(error));
}

const sentences: readonly (readonly [RegExp, string])[] = [
  [/^SQLITE_FULL|ENOSPC/, "the disk is full"],
  [/^SQLITE_READONLY|EROFS/, "it may only be read; give this user the right to write it"],
  [/^SQLITE_IOERR/, "the disk reports an error"],
  [/^SQLITE_(?:CANTOPEN|PERM)|EACCES|EPERM/, "this user may not open it"],
  [/^SQLITE_(?:BUSY|LOCKED)/, "another program holds it"],
  [/^SQLITE_(?:CORRUPT|NOTADB)/, "it is damaged"],
  [/EISDIR/, "it is a folder"],
];

/** As the log and the standard error say it. */
export function sentenceOf(error: unknown): string {
  const code = codeOf(error);
  const known = sentences.find(([pattern]) => pattern.test(code))?.[1];
  const words = error instanceof Error ? error.message : String(error);
  return known === undefined ? words : `${known} (${code}: ${words})`;
}
