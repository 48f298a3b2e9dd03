-- Tables are ours and may change with `user_version`; the four views at the end are the stable surface for your own queries.
--
-- A scan repeats most of what the scan before it said. So what is said stands once, under the hash of its fields (`*_rows.leaf`), and a
-- snapshot or an evaluation is a list of runs over those rows: `count` of them from `first` on. Storing a snapshot costs what changed.
-- `mark` is the beginning of a hash over a run, by which `assize verify` names the place; what convinces is the root.

CREATE TABLE dictionaries (                                   -- trained on documents; zstd
    id   INTEGER PRIMARY KEY,
    hash BLOB NOT NULL UNIQUE CHECK (length(hash) = 32),      -- BLAKE3 of the body
    body BLOB NOT NULL
) STRICT;

CREATE TABLE documents (
    id         INTEGER PRIMARY KEY,
    hash       BLOB NOT NULL UNIQUE CHECK (length(hash) = 32), -- BLAKE3 of the JSON text
    size       INTEGER NOT NULL,                              -- bytes of the JSON text
    dictionary INTEGER REFERENCES dictionaries,               -- NULL: packed without one
    body       BLOB NOT NULL                                  -- zstd
) STRICT;

CREATE INDEX documents_by_dictionary ON documents (dictionary) WHERE dictionary IS NOT NULL;

CREATE TABLE snapshots (
    id            INTEGER PRIMARY KEY,
    taken_at      TEXT NOT NULL,                              -- RFC 3339, UTC
    clock         TEXT NOT NULL,                              -- system, or how else the time was given
    tool_version  TEXT NOT NULL,
    root          BLOB NOT NULL CHECK (length(root) = 32),
    previous_root BLOB CHECK (length(previous_root) = 32),
    resources     INTEGER NOT NULL,
    reads         INTEGER NOT NULL,
    pruned        BLOB CHECK (length(pruned) = 32)            -- root over the resources that retention removed; NULL: all are there
) STRICT;

CREATE TABLE sources (
    snapshot INTEGER NOT NULL REFERENCES snapshots ON DELETE CASCADE,
    seq      INTEGER NOT NULL,
    kind     TEXT NOT NULL,
    name     TEXT NOT NULL,
    details  TEXT NOT NULL,                                   -- JSON: [[label, value], ...]
    leaf     BLOB NOT NULL,
    PRIMARY KEY (snapshot, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE read_rows (                                      -- what was read, and what came of it
    id         INTEGER PRIMARY KEY,
    leaf       BLOB NOT NULL UNIQUE CHECK (length(leaf) = 32),
    source     TEXT NOT NULL,
    operation  TEXT NOT NULL,
    parameters TEXT NOT NULL,                                 -- JSON: [[name, value], ...]
    identity   TEXT NOT NULL,
    pages      INTEGER NOT NULL,
    items      INTEGER NOT NULL,
    outcome    TEXT NOT NULL,
    error      TEXT,
    file       TEXT,
    line       INTEGER,
    kinds      TEXT NOT NULL,                                 -- JSON: kinds it would have shown; [] is any
    may_hide   INTEGER                                        -- most resources it can hide; NULL is no bound
) STRICT;

CREATE TABLE ledger_lines (                                   -- when
    snapshot   INTEGER NOT NULL REFERENCES snapshots ON DELETE CASCADE,
    seq        INTEGER NOT NULL,
    read       INTEGER NOT NULL REFERENCES read_rows,
    key        INTEGER NOT NULL,                              -- names the read in every snapshot that tries it
    started_at INTEGER NOT NULL,                              -- microseconds since 1970-01-01T00:00:00Z
    ended_at   INTEGER NOT NULL,
    mark       INTEGER NOT NULL,
    PRIMARY KEY (snapshot, seq)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX ledger_lines_by_key ON ledger_lines (snapshot, key);
CREATE INDEX ledger_lines_by_read ON ledger_lines (read);

CREATE TABLE resource_rows (
    id          INTEGER PRIMARY KEY,
    leaf        BLOB NOT NULL UNIQUE CHECK (length(leaf) = 32),
    source      TEXT NOT NULL,
    kind        TEXT NOT NULL,
    api_group   TEXT NOT NULL,
    version     TEXT NOT NULL,
    namespace   TEXT NOT NULL,
    name        TEXT NOT NULL,
    resource    TEXT NOT NULL,                                -- its id
    file        TEXT,
    line        INTEGER,
    rendered_by TEXT,
    redactions  TEXT NOT NULL,                                -- JSON: [[class, number], ...]
    read        INTEGER NOT NULL,                             -- key of its ledger line
    document    INTEGER NOT NULL REFERENCES documents
) STRICT;

CREATE INDEX resource_rows_by_document ON resource_rows (document);

CREATE TABLE resource_runs (
    snapshot INTEGER NOT NULL REFERENCES snapshots ON DELETE CASCADE,
    seq      INTEGER NOT NULL,                                -- number of its first resource within the snapshot
    first    INTEGER NOT NULL,                                -- resource_rows.id
    count    INTEGER NOT NULL CHECK (count > 0),
    mark     INTEGER NOT NULL,
    PRIMARY KEY (snapshot, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE catalogs (
    hash  BLOB PRIMARY KEY CHECK (length(hash) = 32),
    files TEXT NOT NULL                                       -- JSON: [[name, hash of the text], ...], in order
) STRICT, WITHOUT ROWID;

CREATE TABLE catalog_files (
    hash BLOB PRIMARY KEY CHECK (length(hash) = 32),          -- BLAKE3 of the text
    size INTEGER NOT NULL,
    body BLOB NOT NULL                                        -- zstd
) STRICT, WITHOUT ROWID;

CREATE TABLE evaluations (
    id              INTEGER PRIMARY KEY,
    snapshot        INTEGER NOT NULL REFERENCES snapshots ON DELETE CASCADE,
    root            BLOB NOT NULL UNIQUE CHECK (length(root) = 32),
    tool_version    TEXT NOT NULL,
    catalog_hash    BLOB NOT NULL REFERENCES catalogs,
    settings_hash   BLOB NOT NULL CHECK (length(settings_hash) = 32),
    settings        TEXT NOT NULL,                            -- JSON
    outcomes        BLOB NOT NULL                             -- zstd: the verdict of every control over every resource
) STRICT;

CREATE INDEX evaluations_by_snapshot ON evaluations (snapshot);

CREATE TABLE verdict_rows (                                   -- fail, unknown and manual
    id          INTEGER PRIMARY KEY,
    leaf        BLOB NOT NULL UNIQUE CHECK (length(leaf) = 32),
    control     TEXT NOT NULL,
    verdict     TEXT NOT NULL,
    severity    TEXT NOT NULL,
    source      TEXT NOT NULL,
    kind        TEXT NOT NULL,
    api_group   TEXT NOT NULL,
    namespace   TEXT NOT NULL,
    name        TEXT NOT NULL,
    resource    TEXT NOT NULL,
    file        TEXT,
    line        INTEGER,
    observed    TEXT,
    expected    TEXT NOT NULL,
    reason      TEXT,
    waiver      TEXT,
    reads       TEXT NOT NULL,                                -- JSON: keys of ledger lines
    fingerprint TEXT NOT NULL
) STRICT;

CREATE TABLE verdict_runs (
    evaluation INTEGER NOT NULL REFERENCES evaluations ON DELETE CASCADE,
    seq        INTEGER NOT NULL,
    first      INTEGER NOT NULL,                              -- verdict_rows.id
    count      INTEGER NOT NULL CHECK (count > 0),
    mark       INTEGER NOT NULL,
    PRIMARY KEY (evaluation, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE tallies (
    evaluation     INTEGER NOT NULL REFERENCES evaluations ON DELETE CASCADE,
    control        TEXT NOT NULL,
    resources      TEXT NOT NULL,                             -- glob of the slice; '' is all
    fail           INTEGER NOT NULL,
    unknown        INTEGER NOT NULL,
    manual         INTEGER NOT NULL,
    pass           INTEGER NOT NULL,
    not_applicable INTEGER NOT NULL,
    leaf           BLOB NOT NULL,
    PRIMARY KEY (evaluation, control, resources)
) STRICT, WITHOUT ROWID;

CREATE TABLE scores (
    evaluation INTEGER NOT NULL REFERENCES evaluations ON DELETE CASCADE,
    framework  TEXT NOT NULL,
    kind       TEXT NOT NULL,                                 -- configuration, programme
    waivers    TEXT NOT NULL,                                 -- gross, net
    low        REAL NOT NULL,
    high       REAL NOT NULL,
    leaf       BLOB NOT NULL,
    PRIMARY KEY (evaluation, framework, kind, waivers)
) STRICT, WITHOUT ROWID;

-- What a snapshot or an evaluation holds, run by run.

CREATE VIEW reads AS
    SELECT l.snapshot, l.seq, r.source, r.operation, r.parameters, r.identity,
           strftime('%Y-%m-%dT%H:%M:%fZ', l.started_at / 1000000.0, 'unixepoch') AS started_at,
           strftime('%Y-%m-%dT%H:%M:%fZ', l.ended_at / 1000000.0, 'unixepoch') AS ended_at,
           r.pages, r.items, r.outcome, r.error, r.file, r.line, r.kinds, r.may_hide, printf('%016x', l.key) AS key
    FROM ledger_lines l JOIN read_rows r ON r.id = l.read;

CREATE VIEW resources AS
    SELECT u.snapshot, u.seq + r.id - u.first AS seq, r.source, r.kind, r.api_group, r.version, r.namespace, r.name, r.resource AS id,
           r.file, r.line, r.rendered_by, r.redactions, l.seq AS read, d.hash AS document
    FROM resource_runs u
    CROSS JOIN resource_rows r ON r.id BETWEEN u.first AND u.first + u.count - 1
    CROSS JOIN documents d ON d.id = r.document
    LEFT JOIN ledger_lines l ON l.snapshot = u.snapshot AND l.key = r.read;

CREATE VIEW verdicts AS
    SELECT u.evaluation, u.seq + v.id - u.first AS seq, v.control, v.verdict, v.severity, v.source, v.kind, v.api_group, v.namespace,
           v.name, v.resource, v.file, v.line, v.observed, v.expected, v.reason, v.waiver,
           (SELECT coalesce(json_group_array(l.seq), '[]') FROM json_each(v.reads) k
            JOIN evaluations e ON e.id = u.evaluation
            JOIN ledger_lines l ON l.snapshot = e.snapshot AND printf('%016x', l.key) = k.value) AS reads,
           v.fingerprint
    FROM verdict_runs u CROSS JOIN verdict_rows v ON v.id BETWEEN u.first AND u.first + u.count - 1;

CREATE VIEW resource AS
    SELECT snapshot, source, kind, api_group, version, namespace, name, id, file, line, rendered_by, lower(hex(document)) AS document
    FROM resources;

CREATE VIEW ledger AS
    SELECT snapshot, seq, source, operation, parameters, identity, started_at, ended_at, pages, items, outcome, error, file, line
    FROM reads;

CREATE VIEW finding AS
    SELECT e.snapshot, v.evaluation, v.control, v.verdict, v.severity, v.source, v.kind, v.namespace, v.name, v.resource, v.file, v.line,
           v.observed, v.expected, v.reason, v.waiver, v.fingerprint
    FROM verdicts v JOIN evaluations e ON e.id = v.evaluation
    WHERE v.verdict IN ('fail', 'unknown');

CREATE VIEW score AS
    SELECT e.snapshot, s.taken_at, c.evaluation, c.framework, c.kind, c.waivers, c.low, c.high
    FROM scores c JOIN evaluations e ON e.id = c.evaluation JOIN snapshots s ON s.id = e.snapshot;
