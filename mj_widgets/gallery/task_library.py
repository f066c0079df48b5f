"""The library as a person has it at hand: found and shown as tasks, kept and moved as files."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn, Self

from mj_widgets.archive.filter import Filter
from mj_widgets.errors import MjError, even_unmade
from mj_widgets.gallery.task_set import TaskSet
from mj_widgets.session import settings
from mj_widgets.sets.members import Members

if TYPE_CHECKING:
    from pathlib import Path

    from mj_widgets.archive import Library, Record
    from mj_widgets.archive.journal import Journal
    from mj_widgets.archive.library import Problem


class TaskLibrary:
    """Every task that was kept, with its files; it shows itself as a gallery.

    Args:
        kept: the library itself, which knows no notebook.

    All methods raise ``LibraryError`` where it cannot be read or written.

    >>> mj.library().search("red fox").rated(4)                 # doctest: +SKIP
    >>> mj.library().get("1747132423020537").files[0].path      # doctest: +SKIP
    """

    def __init__(self, kept: Library) -> None:
        self.kept = kept
        """The library itself."""

    @property
    def folder(self) -> Path:
        """Where the files are, and the index ``library.db``."""
        return self.kept.folder

    @property
    def journal(self) -> Journal:
        """What was submitted."""
        return self.kept.journal

    def search(self, words: str = "", *, limit: int | None = None) -> TaskSet:
        """Return the tasks that have all *words* in their prompts or texts, newest first.

        Args:
            words: each is the beginning of a word; of Chinese, Japanese and Korean any characters
                that stand together. A task's id finds it. "" finds every task.
            limit: how many at most, None for all.
        """
        numbers = self.kept.catalogue.numbers(Filter.of(words))
        return TaskSet(Members(self.kept, numbers[: None if limit is None else max(limit, 0)]))

    def get(self, task_id: str, service: str | None = None) -> Record | None:
        """Return what is kept of a task, or None; see ``Library.get``."""
        return self.kept.get(task_id, service)

    def delete(self, task_id: str, service: str | None = None) -> bool:
        """Remove a task and its files; False if there is none."""
        return self.kept.delete(task_id, service)

    def export(self, folder: str | Path) -> list[Path]:
        """Copy all files to a folder, and write down what is known of them; see ``TaskSet``."""
        return self.kept.export(folder)

    def verify(self) -> list[Problem]:
        """Return which files are not what was kept; all bytes of all files are read."""
        return self.kept.verify()

    def close(self) -> None:
        """Close the index; what is asked of the library afterwards is a ``LibraryError``."""
        self.kept.close()

    def __len__(self) -> int:
        return len(self.kept)

    def __bool__(self) -> bool:
        return True

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TaskLibrary) and other.kept is self.kept

    def __hash__(self) -> int:
        return hash(self.kept)

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise MjError(
            "A library cannot be pickled",
            advice="mj.library() opens it in any process; mj.configure(library=...) chooses it.",
        )

    @even_unmade
    def __repr__(self) -> str:
        return repr(self.kept)

    def _ipython_display_(self) -> None:
        self.search(limit=None)._show(repr(self))


def library() -> TaskLibrary:
    """Return the library: every picture, task and submission that was kept.

    It needs no service and no token.

    Raises:
        LibraryError: there is none, or it cannot be opened.

    >>> library().search("fox")                         # doctest: +SKIP
    """
    return TaskLibrary(settings.library())
