"""One SQLite file, its versions, and what goes wrong with it in words."""

from __future__ import annotations

import ctypes
import errno
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from weakref import WeakSet

from mj_widgets.archive.schema import MIGRATIONS, Migration
from mj_widgets.errors import LibraryError

BUSY_SECONDS = 2.0
"""How long to wait for another process that is writing: a person waits for it, too."""
_SHORTLY = 0.1
_HARDLY_WAITED = BUSY_SECONDS - 0.5

_NOT_WRITABLE = (
    "Nothing can be written there: choose another folder with mj.configure(library=...)."
)
ANOTHER_FOLDER = "Give another folder, or mend this one."
"""Where what a person asked for cannot be written, and that is not the library itself."""
_FULL = "Make room on the disk, or choose another folder with mj.configure(library=...)."
_DAMAGED = (
    "Put a copy back, or move this file away: a new one begins, which does not know what was "
    "submitted before; the pictures stay."
)
_ADVICE_OF_SQLITE = {
    sqlite3.SQLITE_BUSY: "Another program is using it: try again.",
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_IOERR: "Is the disk full, or gone? See to it, "
    "or choose another folder with mj.configure(library=...).",
    sqlite3.SQLITE_NOTADB: _DAMAGED,
    sqlite3.SQLITE_READONLY: _NOT_WRITABLE,
}
_ADVICE_OF_SYSTEM = {
    errno.EACCES: _NOT_WRITABLE,
    errno.EDQUOT: _FULL,
    errno.EFBIG: _FULL,
    errno.ENOSPC: _FULL,
    errno.EPERM: _NOT_WRITABLE,
    errno.EROFS: _NOT_WRITABLE,
}
_CANNOT_WRITE = (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY)


@contextmanager
def in_words(what: str, advice: str | None = None) -> Iterator[None]:
    """Raise what SQLite or the system refuses as one ``LibraryError`` that begins with *what*.

    Args:
        what: such as "The library cannot be read".
        advice: where it is no library's own file; None for what helps with those.
    """
    try:
        yield
    except sqlite3.Error as error:
        known = _ADVICE_OF_SQLITE.get(_code(error))
        busy = _code(error) == sqlite3.SQLITE_BUSY
        raise LibraryError(what, words=str(error), advice=known, may_pass=busy) from None
    except OSError as error:
        known = advice or _ADVICE_OF_SYSTEM.get(error.errno or 0)
        raise LibraryError(what, words=error.strerror or str(error), advice=known) from None


class Database:
    """A SQLite file that threads share and several processes may have open.

    Args:
        path: the file, made where there is none; ":memory:" for one that dies with the process.
        migrations: what leads to the newest version, step by step.
        may_be_empty: asked of a file with nothing in it: False where it has lost what was in it.

    Raises:
        LibraryError: it cannot be opened, is damaged, or was made by a newer program.

    Where nothing can be written, a file that is there can still be read.
    """

    def __init__(
        self,
        path: str | Path,
        *,
        migrations: Sequence[Migration] = MIGRATIONS,
        may_be_empty: Callable[[], bool] = lambda: True,
    ) -> None:
        self.name = str(path)
        self._migrations, self._may_be_empty = migrations, may_be_empty
        self._lock = threading.RLock()
        self._frozen: tuple[int, int] | None = None
        with in_words(f"The library {self.name} cannot be opened"):
            self._connection, self._patience = self._open(), BUSY_SECONDS
            self._file = self._file_now()
        self._is_inherited = False
        _known.add(self)

    def begin_anew(self) -> None:
        """Share nothing with the process that this one was forked from: SQLite forbids it."""
        self._lock = threading.RLock()  # a thread that is not here may have had the other
        if self.name != ":memory:":
            self._is_inherited = True

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Give the connection for reads that see one and the same state.

        Raises:
            LibraryError: it cannot be read.
        """
        with self._transaction("BEGIN", f"The library {self.name} cannot be read") as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Give the connection for changes that are all kept, or none where something is raised.

        No other thread and no other process writes meanwhile.

        Raises:
            LibraryError: it cannot be written, or another process writes for over two seconds.
        """
        self.require_file()
        what = f"The library {self.name} cannot be written"
        with self._transaction("BEGIN IMMEDIATE", what) as connection:
            yield connection

    def require_file(self) -> None:
        """Raise LibraryError where the file was removed or replaced while it was open."""
        if self._file_now() != self._file:  # SQLite would write on into a file without a name
            raise LibraryError(
                f"The library {self.name} was removed while it was open",
                advice="Restart the kernel, or choose another with mj.configure(library=...).",
            )

    def close(self) -> None:
        """Close the file; whatever is asked afterwards is a ``LibraryError``."""
        with self._lock, in_words(f"The library {self.name} cannot be closed"):
            self._connection.close()

    @contextmanager
    def _transaction(self, begin: str, what: str) -> Iterator[sqlite3.Connection]:
        until = time.monotonic() + BUSY_SECONDS
        with self._lock, in_words(what):
            if self._is_inherited:
                # Never closed: that would take the file's locks and log from the other process.
                ctypes.pythonapi.Py_IncRef(ctypes.py_object(self._connection))
                self._connection, self._is_inherited = self._open(), False
                self._patience = BUSY_SECONDS
            if self._frozen is not None and self._frozen != self._state_now():
                self._connection.close()
                self._connection, self._patience = self._open(), BUSY_SECONDS
            connection = self._connection
            left = until - time.monotonic()
            self._wait_at_most(BUSY_SECONDS if left > _HARDLY_WAITED else max(left, _SHORTLY))
            try:
                connection.execute(begin)
                self._version(connection)  # another process may have brought it further
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                # SQLite has rolled back by itself after some errors.
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    def _wait_at_most(self, seconds: float) -> None:
        """Who has waited for a thread that waits for another process has waited with it."""
        if seconds != self._patience:
            self._connection.execute(f"PRAGMA busy_timeout = {seconds * 1000:.0f}")
            self._patience = seconds

    def _file_now(self) -> int | None:
        """Return which file has the name of this one, None for none."""
        try:
            return None if self.name == ":memory:" else Path(self.name).stat().st_ino
        except OSError:
            return None

    def _state_now(self) -> tuple[int, int]:
        """Return what is different when another process has written to the file."""
        state = Path(self.name).stat()
        return state.st_mtime_ns, state.st_size

    def _open(self) -> sqlite3.Connection:
        self._frozen = None
        if self.name == ":memory:":
            return self._prepared(":memory:")
        path = Path(self.name).absolute()
        address = path.as_uri()
        for mode in ("mode=rwc", "mode=ro"):
            try:
                return self._prepared(f"{address}?{mode}")
            except sqlite3.Error as error:
                if _code(error) not in _CANNOT_WRITE or not path.is_file():
                    raise
        # Where nothing can be written there is no room for the files that SQLite puts beside its
        # own. As "immutable" it needs none, but takes no notice of what others write.
        self._frozen = self._state_now()
        return self._prepared(f"{address}?immutable=1")

    def _prepared(self, address: str) -> sqlite3.Connection:
        connection = _connect(address)
        try:
            self._require_own(connection)
            if self._version(connection) < len(self._migrations):
                self._bring_up_to_date(connection)
        except sqlite3.OperationalError as error:
            if _code(error) != sqlite3.SQLITE_READONLY:
                connection.close()
                raise
            return self._copy_up_to_date(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _bring_up_to_date(self, connection: sqlite3.Connection) -> None:
        _keep_a_log(connection)
        for number in range(len(self._migrations)):
            self._migrate(connection, number)

    def _copy_up_to_date(self, older: sqlite3.Connection) -> sqlite3.Connection:
        """Return a copy in memory, to be read only, of an older version that cannot be changed."""
        copy = _connect(":memory:")
        try:
            older.backup(copy)
            self._bring_up_to_date(copy)
            copy.execute("PRAGMA query_only = ON")
            self._frozen = self._state_now()
        except BaseException:
            copy.close()
            raise
        finally:
            older.close()
        return copy

    def _version(self, connection: sqlite3.Connection) -> int:
        version = int(_value(connection, "PRAGMA user_version"))
        if version > len(self._migrations):
            raise LibraryError(
                f"The library {self.name} was made by a newer mj-widgets",
                advice="Update mj-widgets, or choose another folder "
                "with mj.configure(library=...).",
            )
        return version

    def _migrate(self, connection: sqlite3.Connection, number: int) -> None:
        """Lead from version *number* to the next, unless another process has done it."""
        connection.execute("BEGIN IMMEDIATE")
        try:
            if self._version(connection) == number:
                for statement in self._migrations[number]:
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {number + 1}")
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise

    def _require_own(self, connection: sqlite3.Connection) -> None:
        """Raise LibraryError for a database that has tables, but none of ours, or has lost them."""
        latest = time.monotonic() + BUSY_SECONDS
        while True:
            connection.execute("BEGIN")  # another process may be making ours
            is_empty = not _value(connection, "SELECT count(*) FROM sqlite_schema")
            is_own = self._version(connection) > 0
            connection.execute("COMMIT")
            if not is_empty or self._may_be_empty():
                break
            if time.monotonic() > latest:
                raise LibraryError(f"There is nothing any more in {self.name}", advice=_DAMAGED)
            time.sleep(0.01)  # another process may be about to make it
        if not is_empty and not is_own:
            raise LibraryError(
                f"{self.name} is another program's database",
                advice="Choose another folder with mj.configure(library=...).",
            )


_known: WeakSet[Database] = WeakSet()


def _begin_anew() -> None:
    for database in tuple(_known):
        database.begin_anew()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_begin_anew)


def _connect(address: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        address, uri=True, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
    )
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = FULL")
    return connection


def _keep_a_log(connection: sqlite3.Connection) -> None:
    """Let readers and a writer work at once ("WAL"); the file remembers it."""
    latest = time.monotonic() + BUSY_SECONDS
    while _value(connection, "PRAGMA journal_mode") not in ("wal", "memory"):
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            break  # a disk that cannot do it stays with what it can
        except sqlite3.OperationalError as error:
            # Two that make the same file at once: SQLite does not wait here by itself.
            if _code(error) != sqlite3.SQLITE_BUSY or time.monotonic() > latest:
                raise
            time.sleep(0.01)


def _value(connection: sqlite3.Connection, question: str) -> Any:
    return connection.execute(question).fetchone()[0]


def _code(error: sqlite3.Error) -> int:
    # The module's own errors, such as a closed database, have no code.
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF
