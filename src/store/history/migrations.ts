// The layout of history.db, one step a version (PRAGMA user_version). A step that has been published is never changed; a new one follows it.
// Times are epoch ms.

export const historyMigrations: readonly string[] = [
  `
  CREATE TABLE facts (name TEXT PRIMARY KEY, value) WITHOUT ROWID;

  CREATE TABLE series (
    series_id INTEGER PRIMARY KEY,
    charge_point TEXT NOT NULL,
    -- 0 is the charge point itself.
    connector INTEGER NOT NULL,
    path TEXT NOT NULL,
    UNIQUE (charge_point, connector, path)
  );

  -- Samples of all series as they came, until they stand in chunks.
  CREATE TABLE log (
    block_id INTEGER PRIMARY KEY,
    samples BLOB NOT NULL
  );

  -- Samples of one series; no two chunks of a series overlap.
  CREATE TABLE chunks (
    chunk_id INTEGER PRIMARY KEY,
    series_id INTEGER NOT NULL,
    first_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    count INTEGER NOT NULL,
    samples BLOB NOT NULL
  );
  CREATE UNIQUE INDEX chunks_in_order ON chunks (series_id, first_at);
  `,
  `
  -- What has been announced.
  CREATE TABLE occurrences (
    number INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    -- Empty where none was known.
    charge_point TEXT NOT NULL,
    -- 0 is the charge point itself.
    connector INTEGER NOT NULL,
    -- JSON.
    occurrence TEXT NOT NULL,
    -- CRC-32 of the JSON.
    checksum INTEGER NOT NULL
  );
  CREATE INDEX occurrences_in_order ON occurrences (at);
  CREATE INDEX occurrences_of_charge_points ON occurrences (charge_point, at);
  `,
  `
  -- From here on changes of alarms stand among the occurrences, those of the bridge itself as of connector -1.

  -- When samples of a series are known to be missing: from the first of them to the last.
  CREATE TABLE gaps (
    gap_id INTEGER PRIMARY KEY,
    series_id INTEGER NOT NULL,
    first_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL
  );
  CREATE INDEX gaps_in_order ON gaps (series_id, first_at);
  CREATE INDEX gaps_by_age ON gaps (last_at);
  `,
];
