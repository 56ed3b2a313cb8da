// The layouts of state.db and messages.db, one step a version (PRAGMA user_version). A step that has been published is never changed; a new one follows it.
// Times are epoch ms, energies Wh.
import type Database from "better-sqlite3";
import { hashKeptPasswords } from "./hashKeptPasswords.ts";
import { packExchanges } from "./packExchanges.ts";

/** SQL, or what SQL cannot do; runs within the transaction of all steps. */
export type Migration = string | ((database: Database.Database) => void);

export const migrations: readonly Migration[] = [
  `
  CREATE TABLE facts (name TEXT PRIMARY KEY, value) WITHOUT ROWID;

  CREATE TABLE transactions (
    transaction_id INTEGER PRIMARY KEY,
    charge_point TEXT NOT NULL,
    connector NUMERIC NOT NULL,
    id_tag TEXT NOT NULL,
    timestamp TEXT NOT NULL,
    meter_start NUMERIC NOT NULL,
    -- Without a plausible clock the next transaction may look like one that has ended: they are told apart by number.
    occurrence INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    start_received INTEGER NOT NULL,
    start_assumed INTEGER NOT NULL,
    id_tag_status TEXT NOT NULL,
    reservation_id INTEGER,
    -- NULL while it runs; 'chargePoint' by its StopTransaction, 'bridge' when we conclude that it is lost.
    ended_by TEXT CHECK (ended_by IN ('chargePoint', 'bridge')),
    -- Why, when the bridge has ended it: 'superseded', 'lost', 'refused'.
    ended_because TEXT,
    ended_at INTEGER,
    end_received INTEGER,
    end_assumed INTEGER,
    stop_timestamp TEXT,
    stop_id_tag TEXT,
    meter_stop NUMERIC,
    reason TEXT,
    transaction_data TEXT,
    energy NUMERIC,
    flags TEXT NOT NULL,
    UNIQUE (charge_point, connector, id_tag, timestamp, meter_start, occurrence)
  );
  CREATE INDEX transactions_running ON transactions (charge_point) WHERE ended_by IS NULL;
  CREATE INDEX transactions_of_connector ON transactions (charge_point, connector, transaction_id);

  CREATE TABLE stops_without_start (
    stop_number INTEGER PRIMARY KEY,
    charge_point TEXT NOT NULL,
    transaction_id NUMERIC NOT NULL,
    timestamp TEXT NOT NULL,
    ended_at INTEGER NOT NULL,
    end_received INTEGER NOT NULL,
    end_assumed INTEGER NOT NULL,
    id_tag TEXT,
    meter_stop NUMERIC,
    reason TEXT NOT NULL,
    transaction_data TEXT
  );
  CREATE UNIQUE INDEX stops_without_start_key
    ON stops_without_start (charge_point, transaction_id, timestamp, ifnull(meter_stop, -1));

  CREATE TABLE snapshots (
    charge_point TEXT PRIMARY KEY,
    -- Of the text's layout.
    version INTEGER NOT NULL,
    -- Why the charge point is known: 'settings', 'register', 'stranger'.
    origin TEXT NOT NULL,
    twin TEXT NOT NULL
  ) WITHOUT ROWID;

  CREATE TABLE register (
    charge_point TEXT PRIMARY KEY,
    entry TEXT NOT NULL
  ) WITHOUT ROWID;
  `,
  `
  CREATE TABLE id_tags (
    -- In lower case: case does not matter.
    key TEXT PRIMARY KEY,
    -- As it was first written.
    id_tag TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('Accepted', 'Blocked', 'Expired', 'Invalid')),
    expires_at INTEGER CHECK (expires_at BETWEEN 0 AND 253402300799999),
    parent_id_tag TEXT,
    -- Number of the change that made it what it is.
    revision INTEGER NOT NULL
  ) WITHOUT ROWID;
  -- So that charge points can be told which to take out of their local lists. What is too old for it stands in facts: idTagsCompleteSince.
  CREATE TABLE removed_id_tags (
    key TEXT PRIMARY KEY,
    id_tag TEXT NOT NULL,
    revision INTEGER NOT NULL
  ) WITHOUT ROWID;
  `,
  `
  -- Alarms of which there is something to remember: active, unacknowledged, commented, shelved or disabled.
  CREATE TABLE alarms (
    -- Empty for the bridge itself.
    charge_point TEXT NOT NULL,
    -- 0 is the charge point itself.
    connector INTEGER NOT NULL,
    name TEXT NOT NULL,
    state TEXT NOT NULL,
    PRIMARY KEY (charge_point, connector, name)
  ) WITHOUT ROWID;
  `,
  hashKeptPasswords,
  `
  CREATE TABLE accounts (
    -- In lower case: case does not matter.
    key TEXT PRIMARY KEY,
    -- As it was first written.
    name TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('observer', 'operator', 'engineer', 'administrator')),
    enabled INTEGER NOT NULL,
    -- scrypt with its parameters and salt, as a PHC string; NULL where only a certificate lets it in.
    password TEXT,
    -- 1 while the password is the one that the bridge has made.
    one_time INTEGER NOT NULL,
    -- SHA-256 of an X.509 certificate in hexadecimal.
    certificate TEXT UNIQUE,
    created_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL
  ) WITHOUT ROWID;
  `,
  `
  -- The transactions of a charge point in their order, whichever connectors they are of.
  CREATE INDEX transactions_of_charge_point ON transactions (charge_point, transaction_id);
  `,
];

export const messageMigrations: readonly Migration[] = [
  `
  CREATE TABLE exchanges (
    number INTEGER PRIMARY KEY,
    -- When the request came in or went out.
    at INTEGER NOT NULL,
    charge_point TEXT NOT NULL,
    -- Who has asked: 'chargePoint', 'bridge'.
    sender TEXT NOT NULL,
    action TEXT NOT NULL,
    latency_ms REAL NOT NULL,
    outcome TEXT NOT NULL,
    -- One a line; empty when there are none.
    violations TEXT NOT NULL,
    request TEXT NOT NULL,
    answer TEXT
  );
  CREATE INDEX exchanges_by_time ON exchanges (at);
  CREATE INDEX exchanges_of_charge_point ON exchanges (charge_point, at);
  CREATE INDEX exchanges_that_failed ON exchanges (at) WHERE outcome <> 'Answered' OR violations <> '';
  `,
  packExchanges,
];
