"""How the kept pictures look: a file of its own beside the library's, which may be lost."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from mj_widgets.pictures.images import quadrant_boxes
from mj_widgets.pictures.looks import COLOURS, THUMB_SIDE, PartLook, PictureLook

_FILE = "looks.db"
_OURS = int.from_bytes(b"mjL1")
"""What SQLite calls the application id: whose file it is, and of which version."""
_BUSY_SECONDS = 0.5
_MOST_UNWRITTEN = 400
"""Looks that wait in memory for a disk that takes them: some 8 MB."""
_HARMED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR)
"""What SQLite says of a file of ours that cannot be read: SQLITE_ERROR, that a table is gone."""
_TABLES = (
    f"""
    CREATE TABLE looks (
        sha256 TEXT NOT NULL,
        quadrant INTEGER NOT NULL,
        colours BLOB NOT NULL CHECK (length(colours) = {COLOURS}),
        dhash INTEGER NOT NULL,
        width INTEGER NOT NULL,
        height INTEGER NOT NULL,
        PRIMARY KEY (sha256, quadrant)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE thumbs (
        sha256 TEXT NOT NULL,
        side INTEGER NOT NULL,
        data BLOB NOT NULL,
        PRIMARY KEY (sha256, side)
    )
    """,
    f"PRAGMA application_id = {_OURS}",
)
_AMONG = "sha256 IN (SELECT value FROM json_each(?))"
_THUMBS = f"SELECT sha256, data FROM thumbs WHERE side = {THUMB_SIDE} AND {_AMONG}"  # noqa: S608
_THERE = f"SELECT sha256 FROM thumbs WHERE side = {THUMB_SIDE} AND {_AMONG}"  # noqa: S608
_SIZES = f"SELECT sha256, width, height FROM looks WHERE quadrant = 0 AND {_AMONG}"  # noqa: S608
_COLOURS = f"SELECT sha256, colours FROM looks WHERE quadrant = 0 AND {_AMONG}"  # noqa: S608
_PARTS = f"SELECT sha256, quadrant, colours, dhash FROM looks WHERE {_AMONG}"  # noqa: S608


class Looks:
    """Thumbnails, colours and hashes of kept files, by the SHA-256 of a file in hexadecimal.

    Args:
        folder: the library's; the file in it is ``looks.db``.

    All of it can be made again from the pictures: the file may be removed at any time. Nothing is
    raised for it. One that is damaged is begun anew; what cannot be written, on a full disk or in a
    folder that is only to be read, stays in memory, the last few hundred of it. A sound database
    that is another program's, or another version's, is left alone.

    Threads and processes may share it. It is open only while something is asked of it, so that
    nobody holds on to a file that was removed, nor to one of a process that forked this one; and
    it has nothing beside it: a log ("WAL") cannot be read where nothing can be written, and a
    journal of a file that was removed would be rolled back into the next one of that name. So a
    process that is killed at the moment of a commit may damage it, which costs looks alone.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / _FILE
        # Without a lock, which a forked process might find taken: what is done to it is one step.
        self._unwritten: dict[str, PictureLook] = {}

    def thumbs(self, digests: Iterable[str]) -> dict[str, bytes]:
        """Return the thumbnails that are there: JPEGs of at most 320 pixels."""
        wanted = set(digests)
        found = {row[0]: row[1] for row in self._rows(_THUMBS, wanted)}
        return found | {key: look.thumb for key, look in self._in_memory(wanted)}

    def sizes(self, digests: Iterable[str]) -> dict[str, tuple[int, int]]:
        """Return the widths and heights of files that were looked at, in pixels."""
        wanted = set(digests)
        found = {row[0]: (row[1], row[2]) for row in self._rows(_SIZES, wanted)}
        return found | {key: look.size for key, look in self._in_memory(wanted)}

    def parts(self, digests: Iterable[str]) -> dict[str, tuple[PartLook, ...]]:
        """Return how files look: each as a whole, then its four quadrants."""
        wanted = set(digests)
        found: dict[str, tuple[PartLook, ...]] = {}
        for key, _, colours, dhash in sorted(self._rows(_PARTS, wanted)):
            found[key] = (*found.get(key, ()), PartLook(colours, dhash & 2**64 - 1))
        return found | {key: look.parts for key, look in self._in_memory(wanted)}

    def colours(self, digests: Iterable[str]) -> dict[str, bytes]:
        """Return the colours of whole files; see ``PartLook.colours``."""
        wanted = set(digests)
        found = {row[0]: row[1] for row in self._rows(_COLOURS, wanted)}
        return found | {key: look.whole.colours for key, look in self._in_memory(wanted)}

    def missing(self, digests: Iterable[str]) -> list[str]:
        """Return which have no look yet, each once, in the order given."""
        wanted = dict.fromkeys(digests)
        there = {row[0] for row in self._rows(_THERE, wanted)} | self._unwritten.keys()
        return [digest for digest in wanted if digest not in there]

    def get(self, digest: str) -> PictureLook | None:
        """Return all that is known of how a file looks, None where it has no look yet."""
        thumb, size = self.thumbs([digest]), self.sizes([digest])
        whole, *quadrants = self.parts([digest]).get(digest, (None,))
        if not thumb or not size or whole is None or len(quadrants) != 4:
            return None
        one, two, three, four = quadrants
        return PictureLook(thumb[digest], size[digest], whole, (one, two, three, four))

    def put(self, digest: str, look: PictureLook) -> None:
        """Keep how a file looks, on the disk if that is possible."""
        if not self._write({digest: look}):
            self._unwritten[digest] = look
            for key in list(self._unwritten)[:-_MOST_UNWRITTEN]:
                self._unwritten.pop(key, None)
        elif (left := self._unwritten.copy()) and self._write(left):
            for key in left:
                self._unwritten.pop(key, None)

    def _in_memory(self, wanted: set[str]) -> list[tuple[str, PictureLook]]:
        return [item for item in self._unwritten.copy().items() if item[0] in wanted]

    def _rows(self, sql: str, digests: Iterable[str]) -> list[Any]:
        """Return the rows of some files; none where there are none, or they cannot be read."""
        try:
            with self._open("rw") as connection:
                if not _is_ours(connection):
                    return []
                return connection.execute(sql, (json.dumps([*digests]),)).fetchall()
        except sqlite3.Error as error:
            self._mend(error)
            return []

    def _write(self, looks: Mapping[str, PictureLook]) -> bool:
        """Tell whether all of them could be written."""
        for _ in range(2):
            try:
                with self._open("rwc") as connection:
                    return _written(connection, looks)
            except sqlite3.Error as error:
                if not self._mend(error):
                    break
        return False

    @contextmanager
    def _open(self, mode: str) -> Iterator[sqlite3.Connection]:
        address = f"{self._path.as_uri()}?mode={mode}"
        with closing(
            sqlite3.connect(address, uri=True, timeout=_BUSY_SECONDS, isolation_level=None)
        ) as connection:
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute("PRAGMA journal_mode = MEMORY")
            yield connection

    def _mend(self, error: sqlite3.Error) -> bool:
        """Remove a file that is damaged, as far as it can be; tell whether it was."""
        if int(getattr(error, "sqlite_errorcode", 0)) & 0xFF not in _HARMED:
            return False
        try:
            # Its journal, of an earlier release, would be rolled back into the next one.
            self._path.with_name(f"{_FILE}-journal").unlink(missing_ok=True)
            self._path.unlink(missing_ok=True)
        except OSError:
            return False
        return True


def _is_ours(connection: sqlite3.Connection) -> bool:
    return bool(connection.execute("PRAGMA application_id").fetchone()[0] == _OURS)


def _written(connection: sqlite3.Connection, looks: Mapping[str, PictureLook]) -> bool:
    connection.execute("BEGIN IMMEDIATE")
    if not _is_ours(connection):
        if connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
            return False  # closed, it rolls back
        for statement in _TABLES:
            connection.execute(statement)
    for digest, look in looks.items():
        connection.execute(
            "REPLACE INTO thumbs (sha256, side, data) VALUES (?, ?, ?)",
            (digest, THUMB_SIDE, look.thumb),
        )
        connection.executemany(
            "REPLACE INTO looks (sha256, quadrant, colours, dhash, width, height)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            _rows_of(digest, look),
        )
    connection.execute("COMMIT")
    return True


def _rows_of(digest: str, look: PictureLook) -> Iterator[tuple[object, ...]]:
    boxes = ((0, 0, *look.size), *quadrant_boxes(look.size))
    for number, (part, box) in enumerate(zip(look.parts, boxes, strict=True)):
        signed = part.dhash - (part.dhash >> 63 << 64)  # SQLite's integers have a sign
        yield digest, number, part.colours, signed, box[2] - box[0], box[3] - box[1]
