CREATE TABLE agent (
  name     TEXT PRIMARY KEY,
  password TEXT NOT NULL,
  added    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- SHA-256 of the cookie; `seen` moves the idle limit on.
CREATE TABLE session (
  hash  BLOB PRIMARY KEY,
  agent TEXT NOT NULL REFERENCES agent (name),
  began INTEGER NOT NULL,
  seen  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- One-time tokens that make an agent: the first one (`setup`) and those for colleagues.
CREATE TABLE enrol (
  hash    BLOB PRIMARY KEY,
  setup   INTEGER NOT NULL,
  expires INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
