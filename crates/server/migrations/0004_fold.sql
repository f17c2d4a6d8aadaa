-- What the fold that made the snapshots and the desk's lines gives for a fixed log. When a newer
-- build gives something else, both are made anew from the log.
CREATE TABLE fold (
  one  INTEGER PRIMARY KEY CHECK (one = 1),
  mark TEXT NOT NULL
) STRICT;
INSERT INTO fold (one, mark) VALUES (1, '');
