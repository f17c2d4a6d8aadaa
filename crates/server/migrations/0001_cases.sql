-- Bumped by hand after a restored backup (--restored): every epoch derives from it.
CREATE TABLE generation (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  n   INTEGER NOT NULL
) STRICT;
INSERT INTO generation (one, n) VALUES (1, 1);

-- One line for each case; `line` is the desk's row as JSON, `seq` the case's newest place in the
-- stream of changes, `bytes` the sum of its envelopes.
CREATE TABLE cases (
  id      TEXT PRIMARY KEY,
  number  TEXT NOT NULL,
  epoch   TEXT NOT NULL,
  top     INTEGER NOT NULL,
  bytes   INTEGER NOT NULL,
  seq     INTEGER NOT NULL UNIQUE,
  line    TEXT NOT NULL,
  created INTEGER NOT NULL,
  demo    INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX cases_by_number ON cases (number);

-- The log. `envelope` is canonical JSON as the device wrote it.
CREATE TABLE event (
  case_id  TEXT NOT NULL REFERENCES cases (id),
  o        INTEGER NOT NULL,
  kind     TEXT NOT NULL,
  rx       INTEGER NOT NULL,
  skew     INTEGER NOT NULL,
  by       TEXT NOT NULL,
  who      TEXT NOT NULL,
  envelope TEXT NOT NULL,
  PRIMARY KEY (case_id, o)
) STRICT, WITHOUT ROWID;

-- Every key ever answered for good. `o` is 0 for an event that was refused; then `verdict` says how.
CREATE TABLE idem (
  case_id TEXT NOT NULL,
  k       TEXT NOT NULL,
  body    BLOB NOT NULL,
  o       INTEGER NOT NULL,
  verdict TEXT NOT NULL,
  PRIMARY KEY (case_id, k)
) STRICT, WITHOUT ROWID;

-- The last number used by each device in each case, and whose device it is.
CREATE TABLE position (
  case_id TEXT NOT NULL,
  d       TEXT NOT NULL,
  owner   TEXT NOT NULL,
  last_n  INTEGER NOT NULL,
  PRIMARY KEY (case_id, d)
) STRICT, WITHOUT ROWID;

-- The state at an offset; the last two of each case are kept.
CREATE TABLE snapshot (
  case_id TEXT NOT NULL,
  o       INTEGER NOT NULL,
  state   TEXT NOT NULL,
  PRIMARY KEY (case_id, o)
) STRICT, WITHOUT ROWID;

-- Capabilities of drivers' devices: SHA-256 of the token; `d` is bound by the first event.
CREATE TABLE device (
  case_id TEXT NOT NULL,
  hash    BLOB NOT NULL,
  d       TEXT,
  added   INTEGER NOT NULL,
  PRIMARY KEY (case_id, hash)
) STRICT, WITHOUT ROWID;

-- One-time links to a case; a used one is gone.
CREATE TABLE invite (
  hash    BLOB PRIMARY KEY,
  case_id TEXT NOT NULL,
  expires INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX invite_by_case ON invite (case_id);
