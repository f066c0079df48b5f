"""The tables of the library, version by version."""

from __future__ import annotations

Migration = tuple[str, ...]
"""The statements that lead from one version to the next; they run in one transaction."""

_VERSION_1: Migration = (
    """
    CREATE TABLE tasks (
        number INTEGER PRIMARY KEY,
        service TEXT NOT NULL,
        id TEXT NOT NULL,
        action TEXT NOT NULL,
        status TEXT NOT NULL,
        kind TEXT NOT NULL,
        prompt TEXT NOT NULL,
        parameters TEXT NOT NULL,
        parent TEXT NOT NULL,
        button TEXT NOT NULL,
        submit_time TEXT,
        start_time TEXT,
        finish_time TEXT,
        saved_at TEXT NOT NULL,
        raw TEXT NOT NULL,
        UNIQUE (service, id)
    )
    """,
    "CREATE INDEX tasks_by_id ON tasks (id)",
    "CREATE INDEX tasks_by_parent ON tasks (service, parent)",
    # Without regard to case, as the disk of another computer may have none.
    """
    CREATE TABLE files (
        task INTEGER NOT NULL REFERENCES tasks ON DELETE CASCADE,
        position INTEGER NOT NULL,
        path TEXT NOT NULL UNIQUE COLLATE NOCASE,
        size INTEGER NOT NULL,
        mime TEXT NOT NULL,
        sha256 TEXT NOT NULL,
        PRIMARY KEY (task, position)
    ) WITHOUT ROWID
    """,
    # The text arrives folded and parted into words: nothing is left to SQLite's own tables.
    "CREATE VIRTUAL TABLE words USING fts5(text, tokenize = 'ascii')",
    """
    CREATE TABLE submissions (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        service TEXT NOT NULL,
        path TEXT NOT NULL,
        digest TEXT NOT NULL,
        payload TEXT NOT NULL,
        parent TEXT NOT NULL,
        button TEXT NOT NULL,
        sent_at TEXT NOT NULL,
        state TEXT NOT NULL,
        stands INTEGER NOT NULL DEFAULT 1,
        submission TEXT,
        words TEXT NOT NULL DEFAULT ''
    )
    """,
    "CREATE INDEX submissions_by_order ON submissions (service, path, digest) WHERE stands",
    "CREATE INDEX submissions_by_parent ON submissions (service, parent)",
    """
    CREATE TABLE started (
        task TEXT NOT NULL,
        submission INTEGER NOT NULL REFERENCES submissions ON DELETE CASCADE,
        PRIMARY KEY (task, submission)
    ) WITHOUT ROWID
    """,
    "CREATE INDEX started_by_submission ON started (submission)",
)

_VERSION_2: Migration = ("ALTER TABLE tasks ADD COLUMN seed TEXT NOT NULL DEFAULT ''",)

MIGRATIONS: tuple[Migration, ...] = (_VERSION_1, _VERSION_2)
"""From an empty file to the newest version; what was released is never changed."""
