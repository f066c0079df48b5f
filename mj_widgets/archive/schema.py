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

# What a table of tasks has, so that none of their JSON is read for it; and what a person thinks of
# each picture: of all of a task (quadrant 0), or of one. A mark that was taken back stays as one
# that says nothing, so that others see that it is gone.
_VERSION_3: Migration = (
    "ALTER TABLE tasks ADD COLUMN reason TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE tasks ADD COLUMN pictures INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE tasks ADD COLUMN has_sheet INTEGER NOT NULL DEFAULT 0",
    """
    UPDATE tasks SET reason = ifnull(json_extract(raw, '$.failReason'), '')
    WHERE status <> 'SUCCESS' AND json_valid(raw)
        AND json_type(raw, '$.failReason') = 'text'
    """,
    """
    UPDATE tasks SET pictures = counted.pictures, has_sheet = counted.has_sheet
    FROM (
        SELECT number AS task,
            CASE
                WHEN kind = 'text' THEN 0
                WHEN kind = 'grid' AND files <= 5 THEN 4
                ELSE max(files, 1)
            END AS pictures,
            kind = 'grid' AND files IN (0, 1, 5) AS has_sheet
        FROM (
            SELECT number, kind, (SELECT count(*) FROM files WHERE task = number) AS files
            FROM tasks
        )
    ) AS counted
    WHERE counted.task = number
    """,
    """
    CREATE TABLE marks (
        service TEXT NOT NULL,
        task TEXT NOT NULL,
        quadrant INTEGER NOT NULL,
        rating INTEGER NOT NULL DEFAULT 0,
        flag TEXT NOT NULL DEFAULT '',
        revision INTEGER NOT NULL,
        changed_at TEXT NOT NULL,
        PRIMARY KEY (service, task, quadrant)
    ) WITHOUT ROWID
    """,
    "CREATE INDEX marks_by_revision ON marks (revision)",
    # A task counts as its best picture does, and is rejected when nothing of it is left.
    """
    CREATE VIEW rated AS
    SELECT tasks.*, ifnull(best.rating, 0) AS rating,
        CASE
            WHEN best.picked THEN 'pick'
            WHEN best.rejected OR best.rejects >= tasks.pictures THEN 'reject'
            ELSE ''
        END AS flag
    FROM tasks LEFT JOIN (
        SELECT service, task, max(rating) AS rating,
            max(flag = 'pick') AS picked,
            max(flag = 'reject' AND quadrant = 0) AS rejected,
            nullif(sum(flag = 'reject' AND quadrant > 0), 0) AS rejects
        FROM marks GROUP BY service, task
    ) AS best ON best.service = tasks.service AND best.task = tasks.id
    """,
    # A picture of which nothing is said counts as its task does. None has more than 31.
    """
    CREATE VIEW rated_pictures AS
    SELECT tasks.*, each.value AS quadrant,
        coalesce(nullif(own.rating, 0), whole.rating, 0) AS rating,
        coalesce(nullif(own.flag, ''), whole.flag, '') AS flag
    FROM tasks
    JOIN json_each(
        '[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31]'
    ) AS each ON each.value <= tasks.pictures
    LEFT JOIN marks AS own
        ON own.service = tasks.service AND own.task = tasks.id AND own.quadrant = each.value
    LEFT JOIN marks AS whole
        ON whole.service = tasks.service AND whole.task = tasks.id AND whole.quadrant = 0
    WHERE EXISTS (SELECT 1 FROM files WHERE files.task = tasks.number)
    """,
)

# What a service repeats of a submission, so that its task is found where the answer was lost.
_VERSION_4: Migration = ("ALTER TABLE submissions ADD COLUMN echo TEXT NOT NULL DEFAULT ''",)

MIGRATIONS: tuple[Migration, ...] = (_VERSION_1, _VERSION_2, _VERSION_3, _VERSION_4)
"""From an empty file to the newest version; what was released is never changed."""
