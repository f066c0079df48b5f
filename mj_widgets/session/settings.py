"""Which service and which library everything uses, unless it is told otherwise."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from enum import Enum
from functools import cache
from getpass import getpass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

from platformdirs import user_data_path
from yarl import URL

from mj_widgets import background
from mj_widgets.account import Account
from mj_widgets.archive import Library
from mj_widgets.errors import LibraryError, MjError, Unauthorized
from mj_widgets.service.token import Token
from mj_widgets.session.session import Session

if TYPE_CHECKING:
    from mj_widgets.sandbox import Sandbox
    from mj_widgets.service.transport import Auth

DMX_HOST = "www.dmxapi.cn"
SANDBOX = "sandbox"
_KEYRING_SERVICE = "mj-widgets"
_NOWHERE = "offline.invalid"


class Unchanged(Enum):
    """What stands for an argument that was not given where None has a meaning."""

    UNCHANGED = "unchanged"


@dataclass(frozen=True)
class _Choice:
    """What ``configure`` was told; None and UNCHANGED leave it to the environment."""

    base_url: str | None = None
    token: Token | None = None
    auth: Auth = "auto"
    library: str | Path | Unchanged | None = Unchanged.UNCHANGED
    offline: bool | None = None


_choice = _Choice()
_default: Session | None = None
_made: WeakSet[Account] = WeakSet()
_sandbox: Sandbox | None = None


def configure(
    base_url: str | None = None,
    token: str | None = None,
    auth: Auth | None = None,
    *,
    library: str | Path | Unchanged | None = Unchanged.UNCHANGED,
    offline: bool | None = None,
) -> Session:
    """Choose the service and the library that everything uses from now on.

    Args:
        base_url: host or URL, such as ``www.dmxapi.cn``; "sandbox" starts the offline service in
            this process. Default: the variable MJ_API_URL, or DMXAPI where only DMX_API_TOKEN
            is set.
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
    global _choice, _default
    token = None if token is None else Token(token)
    choice = _choice
    if base_url is not None:
        choice = replace(choice, base_url=base_url, token=token, auth=auth or "auto")
    if token is not None:
        choice = replace(choice, token=token)
    if auth is not None:
        choice = replace(choice, auth=auth)
    if library is not Unchanged.UNCHANGED:
        choice = replace(choice, library=None if library is None else _folder(str(library)))
    if offline is not None:
        choice = replace(choice, offline=offline)
    made = _session_for(choice)
    for earlier in _made:  # the cards that are there, too
        earlier.successor = made.account if earlier.client.root == made.client.root else None
        if made.offline or URL(earlier.client.root).host != _NOWHERE:
            earlier.client.offline = made.offline
    _made.add(made.account)
    _default, _choice = made, choice
    return made


def session() -> Session:
    """Return the default session, made from the environment when none was configured.

    Raises:
        Unauthorized: no token is known.
    """
    return _default or configure()


def library() -> Library:
    """Return the library: every picture, task and submission that was kept.

    It needs no service and no token.

    Raises:
        LibraryError: there is none, or it cannot be opened.

    >>> library().search("fox")                         # doctest: +SKIP
    """
    folder = _library_folder(_choice)
    if folder is None:
        raise LibraryError("There is no library: it was switched off with library=None")
    return _opened(folder, os.getpid())


def sandbox() -> Sandbox:
    """Return the sandbox that runs in this process, and counts in ``log`` and ``posts`` its visits.

    >>> len(sandbox().posts)                            # doctest: +SKIP
    3

    Raises:
        MjError: there is none.
    """
    if _sandbox is None:
        raise MjError("No sandbox runs here", advice='Start it with mj.configure("sandbox").')
    return _sandbox


def ids_seen() -> list[str]:
    """Return the ids of the tasks shown so far, newest first."""
    return list(reversed(_default.account.ids_seen)) if _default else []


def login(base_url: str | None = None, *, keyring: bool = False) -> Session:
    """Ask for the token without showing it, and use it from now on.

    Args:
        base_url: the service; default: the one chosen by ``configure``, else the variable
            MJ_API_URL, else DMXAPI. The sandbox needs no token.
        keyring: keep the token in the system's keyring, and take it from there next time
            (``pip install keyring``). Otherwise it stays in memory only. A stored
            one is replaced after ``keyring del mj-widgets ADDRESS`` in a terminal.
    """
    chosen = _choice.base_url if _choice.base_url != SANDBOX else None
    address = base_url or chosen or os.environ.get("MJ_API_URL") or DMX_HOST
    token = _from_keyring(address) if keyring else None
    if token is None:
        token = Token(getpass(f"Token for {address}: ").strip())
        if keyring and token:
            _to_keyring(address, token)
    if not token:
        raise Unauthorized("No token was given")
    return configure(address, token, _choice.auth if address == chosen else None)


def _session_for(choice: _Choice) -> Session:
    offline = _is_offline(choice)
    folder = _library_folder(choice)
    kept, not_opened, lost = None, "", None
    try:
        kept = _opened(folder, os.getpid()) if folder else None
        if kept and _address(choice) == SANDBOX and not offline:
            _forget_lost(kept)
    except LibraryError as error:
        not_opened = str(error)
        lost = error if folder and Library.is_in(folder) else None
    address = _address(choice)
    if address == SANDBOX:
        root = _NOWHERE if offline else _start_sandbox()
        token: str | None = choice.token or Token(SANDBOX)
    else:
        root, token = _service(choice, address, offline=offline)
    made = Session(
        root,
        token or "",
        choice.auth,
        library=kept,
        lost=lost,
        offline=offline,
        service=SANDBOX if address == SANDBOX else "" if root == _NOWHERE else None,
    )
    made.account.not_saved = not_opened
    return made


def _address(choice: _Choice) -> str:
    return choice.base_url or os.environ.get("MJ_API_URL") or ""


def _service(choice: _Choice, address: str, *, offline: bool) -> tuple[str, Token | None]:
    """Return the address and token of a real service.

    Raises:
        Unauthorized: no token is known.
        MjError: no service is.
    """
    dmx_token = _token_from("DMX_API_TOKEN")
    token = choice.token if choice.token is not None else _token_from("MJ_API_TOKEN")
    if not token and choice.token is None and dmx_token is not None:
        token, address = dmx_token, address or DMX_HOST
    if offline:
        return address or _NOWHERE, token
    if token is None:
        raise Unauthorized(
            "No token is set",
            advice=f"Set the variable MJ_API_TOKEN, call mj.login({_quoted(choice.base_url)}), "
            'or try it offline with mj.configure("sandbox").',
        )
    if not address:
        raise MjError(
            "No service is set",
            advice=f'Set the variable MJ_API_URL, or call mj.configure("{DMX_HOST}").',
        )
    return address, token


def _quoted(address: str | None) -> str:
    return f'"{address}"' if address else ""


def _is_offline(choice: _Choice) -> bool:
    if choice.offline is not None:
        return choice.offline
    return os.environ.get("MJ_OFFLINE", "").strip().lower() not in ("", "0", "false", "no")


def _library_folder(choice: _Choice) -> Path | None:
    chosen = choice.library
    if chosen is Unchanged.UNCHANGED:
        chosen = os.environ.get("MJ_LIBRARY") or _default_folder(choice)
    return None if chosen is None else _folder(str(chosen))


@cache  # a name stays the same folder when the notebook goes to another one
def _folder(name: str) -> Path:
    return Path(name).expanduser().absolute()


def _default_folder(choice: _Choice) -> Path:
    # The sandbox's landscapes are kept apart from what was paid for.
    name = "sandbox" if _address(choice) == SANDBOX else "library"
    return user_data_path("mj-widgets", appauthor=False) / name


@cache
def _opened(folder: Path, process: int) -> Library:  # noqa: ARG001 - SQLite forbids to share it
    return Library(folder)


@cache
def _forget_lost(library: Library) -> None:
    """Note, once in a process, that the sandbox of an earlier one is gone with its tasks."""
    library.journal.forget_lost(SANDBOX)


def _token_from(variable: str) -> Token | None:
    token = os.environ.get(variable)
    return None if token is None else Token(token)


def _start_sandbox() -> str:
    """Start the offline service once in this process; tasks made there live as long as it does."""
    global _sandbox
    if _sandbox is None:
        from mj_widgets.sandbox import Sandbox

        started = Sandbox()
        background.run(started.start())
        background.at_end(started.stop)
        _sandbox = started
    return _sandbox.url


def _begin_anew() -> None:
    """Leave to the process that this one was forked from what only it can use."""
    global _default, _sandbox
    _default = _sandbox = None


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_begin_anew)


def _keyring() -> Any:
    try:
        import keyring
    except ImportError:
        raise MjError(
            "The keyring package is not installed",
            advice="Run: pip install keyring",
        ) from None
    return keyring


def _from_keyring(address: str) -> Token | None:
    token = _keyring().get_password(_KEYRING_SERVICE, address)
    return None if token is None else Token(token)


def _to_keyring(address: str, token: str) -> None:
    _keyring().set_password(_KEYRING_SERVICE, address, token)
