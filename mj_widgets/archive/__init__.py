"""The library on disk: tasks, their files byte for byte, and the journal of what was submitted.

A folder of the name ``library`` would hide the function ``mj.library``.

Everything here blocks, may be called from several threads and used by several processes at once,
and raises ``LibraryError`` alone.
"""

from mj_widgets.archive.database import Database
from mj_widgets.archive.entry import Entry, Payload, State
from mj_widgets.archive.journal import Journal
from mj_widgets.archive.library import KeptFile, Library, Problem, Record

__all__ = [
    "Database",
    "Entry",
    "Journal",
    "KeptFile",
    "Library",
    "Payload",
    "Problem",
    "Record",
    "State",
]
