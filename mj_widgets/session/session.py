"""One service as a person uses it: tasks that are started, followed, and found again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from mj_widgets.account import Account

if TYPE_CHECKING:
    from mj_widgets.archive import Library
    from mj_widgets.archive.lineage import Branch, TaskLink
    from mj_widgets.errors import LibraryError
    from mj_widgets.service.client import Client
    from mj_widgets.service.transport import Auth


class Session:
    """A service and everything that is known about it, in this process and on disk.

    Args:
        base_url: host or URL of the service.
        token: the key.
        auth: see ``Client``.
        library: where pictures, tasks and submissions are kept; None keeps submissions in memory.
        offline: send nothing; what the library has is shown.
        lost: why the library that is there cannot be opened: nothing is submitted that may be in
            its journal.
        service: the name it has in the library, "" for any; default: its host.
    """

    def __init__(
        self,
        base_url: str,
        token: str,
        auth: Auth = "auto",
        *,
        library: Library | None = None,
        lost: LibraryError | None = None,
        offline: bool = False,
        service: str | None = None,
    ) -> None:
        self.account = Account(
            base_url, token, auth, library=library, lost=lost, offline=offline, service=service
        )
        """What is asked, sent and kept, for those who want to do it by hand."""

    def __repr__(self) -> str:
        return f"Session({self.client.root!r})"

    @property
    def client(self) -> Client:
        """The HTTP API, as coroutines."""
        return self.account.client

    @property
    def library(self) -> Library | None:
        """Where pictures, tasks and submissions are kept, or None."""
        return self.account.library

    @property
    def offline(self) -> bool:
        """True while nothing is sent."""
        return self.account.offline

    @property
    def not_kept(self) -> str:
        """Why the library keeps nothing although there should be one, on one line, or ""."""
        return self.account.not_kept

    def tree(self, task_id: str, open_tasks: Iterable[TaskLink] = ()) -> Branch:
        """Return a task with all that came of it, as far as it is known here; from any thread.

        The journals and the library tell, nothing is asked of the service. What cannot be read is
        left out.

        Args:
            task_id: the task.
            open_tasks: what is known besides.

        >>> session.tree("1747132423020537")                        # doctest: +SKIP
        1747132423020537  a little red fox  (done)
        ├─ V2  1747132423020612  (done)
        │  └─ U3  1747132423020700  (done)
        └─ U1  1747132423020655  (done)
        """
        return self.account.tree(task_id, open_tasks)

    def path(self, task_id: str, open_tasks: Iterable[TaskLink] = ()) -> tuple[Branch, ...]:
        """Return the tasks from the root to this one, which is the last; see ``tree``.

        >>> [step.button for step in session.path("1747132423020700")]      # doctest: +SKIP
        ['', 'V2', 'U3']
        """
        return self.account.path(task_id, open_tasks)
