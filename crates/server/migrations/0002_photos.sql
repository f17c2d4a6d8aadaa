-- What has arrived of each photo. `have` is a list of byte ranges, `0-4095,8192-9000`, ends
-- included; `done` is set when the file is re-encoded and on disk.
CREATE TABLE photo (
  case_id TEXT NOT NULL,
  sha     TEXT NOT NULL,
  size    INTEGER NOT NULL,
  have    TEXT NOT NULL,
  done    INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (case_id, sha)
) STRICT, WITHOUT ROWID;
CREATE INDEX photo_unfinished ON photo (done) WHERE done = 0;
