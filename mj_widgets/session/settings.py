"""Which service and which library everything uses, unless it is told otherwise."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import partial
from getpass import getpass
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import WeakSet

from yarl import URL

from mj_widgets import background
from mj_widgets.account import Account, choose
from mj_widgets.account.ledger import memory
from mj_widgets.archive import Library
from mj_widgets.errors import LibraryError, MjError, Unauthorized, one_line
from mj_widgets.pictures.disk import expanded
from mj_widgets.service.addresses import shown_address
from mj_widgets.service.token import Token
from mj_widgets.session.choice import (
    DMX_HOST,
    NOWHERE,
    SANDBOX,
    Choice,
    Unchanged,
    no_library,
    token_from_keyring,
    token_to_keyring,
)
from mj_widgets.session.session import Session

if TYPE_CHECKING:
    from mj_widgets.sandbox import Sandbox
    from mj_widgets.service.balance import Balance
    from mj_widgets.service.transport import Auth


class Settings:
    """What was chosen in one process, and what was opened for it.

    The functions of this module are the methods of the one instance that everything uses.
    """

    def __init__(self) -> None:
        self._choice = Choice()
        self._default: Session | None = None
        self._made: WeakSet[Account] = WeakSet()
        self._folders: dict[str, Path] = {}
        self._libraries: dict[tuple[Path, int], Library] = {}
        self._swept: WeakSet[Library] = WeakSet()
        self._sandbox: Sandbox | None = None

    def configure(
        self,
        base_url: str | None = None,
        token: str | None = None,
        auth: Auth | None = None,
        *,
        library: str | Path | Unchanged | None = Unchanged.UNCHANGED,
        offline: bool | None = None,
    ) -> Session:
        """Choose the service and the library that everything uses from now on.

        Args:
            base_url: host or URL, such as ``www.dmxapi.cn``; "sandbox" starts the offline service
                in this process. Default: the variable MJ_API_URL, or DMXAPI where only
                DMX_API_TOKEN is set.
            token: the key. Default: the variable MJ_API_TOKEN, then DMX_API_TOKEN. "" for a server
                that needs none.
            auth: "bearer", "secret" (header ``mj-api-secret``), or "auto" to find it out.
            library: the folder where pictures and tasks are kept; None for none. Default: the
                variable MJ_LIBRARY, else a folder in the user's data (``mj.library().folder``).
            offline: True sends no request at all, from cards that are there neither: what the
                library has is shown. False lets them out again. Default: the variable MJ_OFFLINE.

        What is not given stays as an earlier call chose it; a token only with the service it was
        given for.

        Returns:
            The service as a ``Session``.

        Raises:
            Unauthorized: no token is known.

        >>> configure("sandbox")                            # doctest: +SKIP
        Session('http://127.0.0.1:45123/mj')
        """
        token = None if token is None else Token(token)
        choice = self._choice
        if base_url is not None:
            choice = replace(choice, base_url=base_url, token=token, auth=auth or "auto")
        if token is not None:
            choice = replace(choice, token=token)
        if auth is not None:
            choice = replace(choice, auth=auth)
        if library is not Unchanged.UNCHANGED:
            choice = replace(choice, library=None if library is None else self._folder(library))
        if offline is not None:
            choice = replace(choice, offline=offline)
        made = self._session_for(choice)
        for earlier in self._made:  # the cards that are there, too
            if made.offline or URL(earlier.client.root).host != NOWHERE:
                earlier.client.offline = made.offline
        self._made.add(made.account)
        choose(made.account)
        self._default, self._choice = made, choice
        return made

    def session(self) -> Session:
        """Return the default session, made from the environment when none was configured.

        Raises:
            Unauthorized: no token is known.
        """
        return self._default or self.configure()

    def library(self) -> Library:
        """Return the library: every picture, task and submission that was kept.

        It needs no service and no token.

        Raises:
            LibraryError: there is none, or it cannot be opened.

        >>> library().search("fox")                         # doctest: +SKIP
        """
        folder = self._choice.folder
        if folder is None:
            raise no_library()
        return self._opened(folder)

    def sandbox(self) -> Sandbox:
        """Return the sandbox that runs in this process; ``log`` and ``posts`` count its visits.

        >>> len(sandbox().posts)                            # doctest: +SKIP
        3

        Raises:
            MjError: there is none.
        """
        if self._sandbox is None:
            raise MjError("No sandbox runs here", advice='Start it with mj.configure("sandbox").')
        return self._sandbox

    def ids_seen(self) -> list[str]:
        """Return the ids of the tasks shown so far, newest first."""
        return list(reversed(self._default.account.ids_seen)) if self._default else []

    def login(self, base_url: str | None = None, *, keyring: bool = False) -> Session:
        """Ask for the token without showing it, and use it from now on.

        What the service says is left is printed, see ``balance``.

        Args:
            base_url: the service; default: the one chosen by ``configure``, else the variable
                MJ_API_URL, else DMXAPI. The sandbox needs no token.
            keyring: keep the token in the system's keyring, and take it from there next time
                (``pip install keyring``). Otherwise it stays in memory only. A stored
                one is replaced after ``keyring del mj-widgets ADDRESS`` in a terminal.

        Raises:
            Unauthorized: none was given, or nobody is there to ask.
            MjError: *base_url* is no address, but a token.
        """
        choice = self._choice
        chosen = choice.base_url if choice.base_url != SANDBOX else None
        address = base_url or chosen or os.environ.get("MJ_API_URL") or DMX_HOST
        shown = shown_address(address)
        token = token_from_keyring(address) if keyring else None
        if token is None:
            token = Token(_asked(f"Token for {shown}: ").strip())
            if keyring and token:
                token_to_keyring(address, token)
        if not token:
            raise Unauthorized("No token was given")
        made = self.configure(address, token, choice.auth if address == chosen else None)
        told = None if made.offline else background.run(made.account.purse.in_passing())
        if told is not None:
            print(f"{shown}: {told}")
        return made

    def balance(self) -> Balance:
        """Return what is left to spend and what the key allows, or why that is not told.

        Only the key itself is asked. Nothing is raised where the service says nothing.

        Raises:
            Unauthorized: no token is known.

        >>> balance()                                       # doctest: +SKIP
        <Balance: 12.50 left, 7.50 used; the key is good until 2026-12-31>
        """
        return self.session().balance()

    def reset(self, *, forked: bool = False) -> None:
        """Begin anew, as a new kernel does: nothing is chosen, opened or known to be submitted.

        The sandbox goes on, as a service does, and with it the tasks that were made there.

        Args:
            forked: this process was forked from the one that has chosen. The choice stays, and
                so does what is known to be submitted; what only the other process can use is left
                to it: its session and its sandbox.
        """
        self._default = None
        choose(None)
        if forked:
            # Its libraries are never closed here: SQLite forbids even that.
            self._sandbox = None
            return
        self._choice = Choice()
        self._made.clear()
        self._folders.clear()
        self._libraries.clear()
        memory.cache_clear()

    def _session_for(self, choice: Choice) -> Session:
        kept, not_opened, lost = None, "", None
        is_sandbox, folder = choice.address == SANDBOX, choice.folder
        try:
            kept = None if folder is None else self._opened(folder)
            if kept and is_sandbox and not choice.is_offline:
                self._forget_lost(kept)
        except LibraryError as error:
            not_opened = str(error)
            lost = error
        if is_sandbox:
            root = NOWHERE if choice.is_offline else self._start_sandbox()
            token: str | None = choice.token or Token(SANDBOX)
        else:
            root, token = choice.service()
        made = Session(
            root,
            token or "",
            choice.auth,
            library=kept,
            lost=lost,
            offline=choice.is_offline,
            service=SANDBOX if is_sandbox else "" if root == NOWHERE else None,
        )
        made.account.not_saved = not_opened
        return made

    def _folder(self, name: str | Path) -> Path:
        """Return a folder, which stays the same when the notebook goes to another one."""
        try:
            folder = expanded(name).absolute()
        except OSError:
            folder = Path(name)  # opening it says what is wrong
        return self._folders.setdefault(str(name), folder)

    def _opened(self, name: str | Path) -> Library:
        key = self._folder(name), os.getpid()  # SQLite forbids to share it
        if key not in self._libraries:
            self._libraries[key] = Library(key[0])
        return self._libraries[key]

    def _forget_lost(self, library: Library) -> None:
        """Note, once in a process, that the sandbox of an earlier one is gone with its tasks."""
        if library not in self._swept:
            library.journal.forget_lost(SANDBOX)
            self._swept.add(library)

    def _start_sandbox(self) -> str:
        """Start the offline service once; tasks made there live as long as this process."""
        if self._sandbox is None:
            from mj_widgets.sandbox import Sandbox

            started = Sandbox()
            background.run(started.start())
            background.at_end(started.stop)
            self._sandbox = started
        return self._sandbox.url


def _asked(question: str) -> str:
    try:
        return getpass(question)
    except (EOFError, NotImplementedError):  # a kernel that was started to run a notebook alone
        raise Unauthorized(
            "Nobody is here to be asked for the token",
            advice="Set the variable MJ_API_TOKEN, and leave out mj.login().",
        ) from None


_settings = Settings()
configure = _settings.configure
session = _settings.session
library = _settings.library
sandbox = _settings.sandbox
ids_seen = _settings.ids_seen
login = _settings.login
balance = _settings.balance
reset = _settings.reset


def session_of(given: Session | None) -> Session:
    """Return *given*, or the default session for None.

    Raises:
        MjError: it is no session.
        Unauthorized: no token is known.
    """
    if given is None:
        return session()
    if not isinstance(given, Session):
        said = one_line(repr(given), 60)
        raise MjError(f"{said} is no session", advice="mj.configure(...) and mj.Session give one.")
    return given


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=partial(reset, forked=True))
