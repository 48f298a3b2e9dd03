-- Signatures of roots. A row stands for itself: it names what it signs by its root, not by a number, so that it says the same wherever
-- it is copied to, and outlives nothing it could vouch for.

CREATE TABLE signatures (
    subject    TEXT NOT NULL CHECK (subject IN ('snapshot', 'evaluation')),
    root       BLOB NOT NULL CHECK (length(root) = 32),
    algorithm  TEXT NOT NULL CHECK (algorithm = 'ed25519'),
    public_key BLOB NOT NULL CHECK (length(public_key) = 32),
    signed_at  TEXT NOT NULL,                                 -- RFC 3339, UTC; part of the signed text
    signature  BLOB NOT NULL CHECK (length(signature) = 64),  -- RFC 8032, over "assize <subject> <root> signed at <signed_at>\n"
    PRIMARY KEY (subject, root, public_key)
) STRICT, WITHOUT ROWID;
