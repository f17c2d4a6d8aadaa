-- Links that may only read: SHA-256 of the token in the link.
CREATE TABLE reader (
  case_id TEXT NOT NULL,
  hash    BLOB NOT NULL,
  expires INTEGER NOT NULL,
  PRIMARY KEY (case_id, hash)
) STRICT, WITHOUT ROWID;
