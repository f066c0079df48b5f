"""Files on the disk: whole or not there after a kill, under names that every system takes."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import secrets
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from mj_widgets.errors import MjError, one_line
from mj_widgets.pictures.kinds import KINDS, sniff

_LEFT_OVER_SECONDS = 3600
_UNFINISHED = ".mj-*.part"
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)
_NO_HARD_LINKS = (errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EINVAL, errno.EMLINK)


def mime_and_suffix(data: bytes) -> tuple[str, str]:
    """Return the media type of *data* and how its file name ends, from its content."""
    kind = sniff(data)
    if kind is None:
        return "application/octet-stream", ".bin"
    return KINDS[kind].mime, f".{kind}"


def unreserved(name: str) -> str:
    """Return *name*, or "_" and *name* where it is empty or Windows takes it for a device.

    >>> unreserved("con"), unreserved("Aux.png"), unreserved("fox")
    ('_con', '_Aux.png', 'fox')
    """
    return f"_{name}" if not name or _RESERVED.match(name) else name


def digest(data: bytes) -> str:
    """Return the SHA-256 of *data* in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def size_checked(path: Path, size: int) -> str:
    """Return how a file differs from what was written as far as its size tells, or ""."""
    try:
        return "" if path.stat().st_size == size else "was changed"
    except FileNotFoundError:
        return "is missing"
    except OSError as error:
        return f"cannot be read: {error.strerror}"


def read_checked(path: Path, size: int, sha256: str) -> tuple[bytes, str]:
    """Return the bytes of a file, and how they differ from what was written ("": not at all)."""
    if problem := size_checked(path, size):
        return b"", problem
    try:
        data = path.read_bytes()
    except OSError as error:
        return b"", f"cannot be read: {error.strerror}"
    return data, "" if digest(data) == sha256 else "was changed"


def numbered(path: Path) -> Iterator[Path]:
    """Give *path*, then the same with `` (2)``, `` (3)``, ... before its ending."""
    yield path
    for number in count(2):
        yield path.with_name(f"{path.stem} ({number}){path.suffix}")


def path_of(given: object) -> Path:
    """Return the path that a person gave.

    Raises:
        MjError: it is none.
    """
    if isinstance(given, (str, Path)):
        return Path(given)
    if isinstance(given, os.PathLike) and isinstance(name := os.fspath(given), str):
        return Path(name)
    said = one_line(repr(given), 60)
    raise MjError(f"{said} is no name of a file or folder", advice="Give a text or a Path.")


def expanded(path: str | Path) -> Path:
    """Return *path* with the user's home for ``~``.

    Raises:
        MjError: it is no path.
        OSError: there is no such home, or no file can have such a name.
    """
    given = path_of(path)
    try:
        has_nul = b"\0" in os.fsencode(given)
        found = given.expanduser()
    except UnicodeEncodeError as error:
        raise OSError(errno.EINVAL, str(error)) from None
    except RuntimeError as error:
        raise OSError(errno.ENOENT, str(error)) from None
    if has_nul:
        raise OSError(errno.EINVAL, "embedded null byte")
    return found


def make_folder(folder: Path) -> None:
    """Make *folder*, so that it is there after a power cut too.

    Raises:
        OSError: it cannot be made.
    """
    if not folder.is_dir():
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except RecursionError:  # it calls itself for each folder above
            raise OSError(errno.ENAMETOOLONG, os.strerror(errno.ENAMETOOLONG)) from None
        flush_folder(folder.parent)


def flush_folder(folder: Path) -> None:
    """Wait until the names in *folder* are on the disk."""
    if os.name == "nt":  # there it cannot be asked for
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class Draft:
    """A file that is on the disk, under a name of its own, before it is shown under its last.

    Raises:
        OSError: it cannot be written; nothing is left then.
    """

    def __init__(self, data: bytes, folder: Path) -> None:
        self._path = folder / f".mj-{secrets.token_hex(8)}.part"
        try:
            with self._path.open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
        except BaseException:
            self.discard()
            raise

    def show_as(self, path: Path) -> None:
        """Give the file its last name.

        Raises:
            FileExistsError: there is one of that name; it stays as it is.
            OSError: the name cannot be given.
        """
        try:
            os.link(self._path, path)
        except OSError as error:
            if error.errno not in _NO_HARD_LINKS:
                raise
            # Some disks know one name for a file only. There an empty file holds the name, as
            # renaming goes over whatever another program puts there meanwhile.
            path.touch(exist_ok=False)
            self._path.replace(path)
        self.discard()

    def replace(self, path: Path) -> None:
        """Give the file its last name, in the place of the one that has it.

        Raises:
            OSError: the name cannot be given.
        """
        self._path.replace(path)

    def discard(self) -> None:
        """Remove the file, unless it was given its last name."""
        self._path.unlink(missing_ok=True)


def write_new(data: bytes, path: Path) -> Path:
    """Write *data* to *path*, or to the next free name that is numbered.

    Returns:
        The file, which may have been there with the same bytes.

    Raises:
        OSError: it cannot be written.
    """
    for name in numbered(path):
        if not os.path.lexists(name):
            draft = Draft(data, path.parent)
            try:
                draft.show_as(name)
            except FileExistsError:
                pass  # somebody else was faster
            else:
                return name
            finally:
                draft.discard()
        if has_bytes(name, data):
            return name
    raise AssertionError  # numbers do not end


def replace(data: bytes, path: Path) -> None:
    """Write *data* over a file that was made here, whole or not at all.

    Raises:
        OSError: it cannot be written; the file stays as it was.
    """
    draft = Draft(data, path.parent)
    try:
        draft.replace(path)
    finally:
        draft.discard()


def has_bytes(path: Path, data: bytes) -> bool:
    """Tell whether the file at *path* is *data*, byte for byte."""
    return read_checked(path, len(data), digest(data)) == (data, "")


def remove_left_over(folder: Path) -> None:
    """Remove what killed processes left half written over an hour ago, as far as it can be."""
    latest = time.time() - _LEFT_OVER_SECONDS
    for path in folder.glob(f"*/{_UNFINISHED}"):
        try:
            if path.stat().st_mtime < latest:
                path.unlink()
        except OSError:  # another process was faster, or it cannot be written here
            continue
