-- Tables are ours and may change with `user_version`; the four views at the end are the stable surface for your own queries.

CREATE TABLE documents (
    hash     BLOB PRIMARY KEY CHECK (length(hash) = 32),      -- BLAKE3 of the JSON text
    size     INTEGER NOT NULL,                                -- bytes of the JSON text
    body     BLOB NOT NULL                                    -- zstd
) STRICT, WITHOUT ROWID;

CREATE TABLE snapshots (
    id            INTEGER PRIMARY KEY,
    taken_at      TEXT NOT NULL,                              -- RFC 3339, UTC
    clock         TEXT NOT NULL,                              -- system, or how else the time was given
    tool_version  TEXT NOT NULL,
    root          BLOB NOT NULL CHECK (length(root) = 32),
    previous_root BLOB CHECK (length(previous_root) = 32),
    resources     INTEGER NOT NULL,
    reads         INTEGER NOT NULL
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

CREATE TABLE reads (
    snapshot   INTEGER NOT NULL REFERENCES snapshots ON DELETE CASCADE,
    seq        INTEGER NOT NULL,
    source     TEXT NOT NULL,
    operation  TEXT NOT NULL,
    parameters TEXT NOT NULL,                                 -- JSON: [[name, value], ...]
    identity   TEXT NOT NULL,
    started_at TEXT NOT NULL,
    ended_at   TEXT NOT NULL,
    pages      INTEGER NOT NULL,
    items      INTEGER NOT NULL,
    outcome    TEXT NOT NULL,
    error      TEXT,
    file       TEXT,
    line       INTEGER,
    kinds      TEXT NOT NULL,                                 -- JSON: kinds it would have shown; [] is any
    may_hide   INTEGER,                                       -- most resources it can hide; NULL is no bound
    leaf       BLOB NOT NULL,
    PRIMARY KEY (snapshot, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE resources (
    snapshot    INTEGER NOT NULL REFERENCES snapshots ON DELETE CASCADE,
    seq         INTEGER NOT NULL,
    source      TEXT NOT NULL,
    kind        TEXT NOT NULL,
    api_group   TEXT NOT NULL,
    version     TEXT NOT NULL,
    namespace   TEXT NOT NULL,
    name        TEXT NOT NULL,
    id          TEXT NOT NULL,
    file        TEXT,
    line        INTEGER,
    rendered_by TEXT,
    redactions  TEXT NOT NULL,                                -- JSON: [[class, number], ...]
    read        INTEGER NOT NULL,
    document    BLOB NOT NULL REFERENCES documents,
    leaf        BLOB NOT NULL,
    PRIMARY KEY (snapshot, seq),
    FOREIGN KEY (snapshot, read) REFERENCES reads (snapshot, seq)
) STRICT, WITHOUT ROWID;

CREATE INDEX resources_by_kind ON resources (snapshot, kind, api_group);

CREATE TABLE evaluations (
    id              INTEGER PRIMARY KEY,
    snapshot        INTEGER NOT NULL REFERENCES snapshots ON DELETE CASCADE,
    root            BLOB NOT NULL UNIQUE,
    tool_version    TEXT NOT NULL,
    catalog_hash    BLOB NOT NULL,
    settings_hash   BLOB NOT NULL,
    settings        TEXT NOT NULL                             -- JSON
) STRICT;

CREATE INDEX evaluations_by_snapshot ON evaluations (snapshot);

CREATE TABLE verdicts (                                       -- fail, unknown and manual; passes are counted in tallies
    evaluation  INTEGER NOT NULL REFERENCES evaluations ON DELETE CASCADE,
    seq         INTEGER NOT NULL,
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
    reads       TEXT NOT NULL,                                -- JSON: ledger rows
    fingerprint TEXT NOT NULL,
    leaf        BLOB NOT NULL,
    PRIMARY KEY (evaluation, seq)
) STRICT, WITHOUT ROWID;

CREATE INDEX verdicts_by_fingerprint ON verdicts (fingerprint);

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
