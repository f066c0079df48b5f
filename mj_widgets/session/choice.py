"""What a person chose; what was left open, the environment and the keyring may say."""

from __future__ import annotations

import os
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from platformdirs import user_data_path

from mj_widgets.errors import LibraryError, MjError, Unauthorized
from mj_widgets.service.addresses import shown_address
from mj_widgets.service.token import Token

if TYPE_CHECKING:
    from mj_widgets.service.transport import Auth

DMX_HOST = "www.dmxapi.cn"
SANDBOX = "sandbox"
NOWHERE = "offline.invalid"
"""The address that stands for none, where nothing is sent."""
_KEYRING_SERVICE = "mj-widgets"


class Unchanged(Enum):
    """What stands for an argument that was not given where None has a meaning."""

    UNCHANGED = "unchanged"


@dataclass(frozen=True)
class Choice:
    """What ``configure`` was told; None and UNCHANGED leave it to the environment."""

    base_url: str | None = None
    token: Token | None = None
    auth: Auth = "auto"
    library: Path | Unchanged | None = Unchanged.UNCHANGED
    offline: bool | None = None

    @property
    def address(self) -> str:
        """The service, "" where none is named: a token may tell it."""
        return self.base_url or os.environ.get("MJ_API_URL") or ""

    @property
    def is_offline(self) -> bool:
        """True where nothing is to be sent."""
        if self.offline is not None:
            return self.offline
        return os.environ.get("MJ_OFFLINE", "").strip().lower() not in ("", "0", "false", "no")

    @property
    def folder(self) -> str | Path | None:
        """Where the library is, which may be said as seen from here; None for none."""
        if self.library is not Unchanged.UNCHANGED:
            return self.library
        return os.environ.get("MJ_LIBRARY") or self._default_folder()

    def service(self) -> tuple[str, Token | None]:
        """Return the address and token of a real service; offline there may be neither.

        Raises:
            Unauthorized: no token is known.
            MjError: no service is, or what was given is no address.
        """
        address, dmx_token = self.address, _token_from("DMX_API_TOKEN")
        token = self.token if self.token is not None else _token_from("MJ_API_TOKEN")
        if not token and self.token is None and dmx_token is not None:
            token, address = dmx_token, address or DMX_HOST
        if self.is_offline:
            return address or NOWHERE, token
        if token is None:
            quoted = f'"{shown_address(self.base_url)}"' if self.base_url else ""
            raise Unauthorized(
                "No token is set",
                advice="Set the variable MJ_API_TOKEN before Jupyter starts; or import mj_widgets "
                f"as mj, then mj.login({quoted}) asks for it, "
                'and mj.configure("sandbox") needs none.',
            )
        if not address:
            raise MjError(
                "No service is set",
                advice=f'Set the variable MJ_API_URL, or call mj.configure("{DMX_HOST}").',
            )
        return address, token

    def _default_folder(self) -> Path:
        # The sandbox's landscapes are kept apart from what was paid for.
        name = "sandbox" if self.address == SANDBOX else "library"
        return user_data_path("mj-widgets", appauthor=False) / name


def no_library() -> LibraryError:
    """Return what is said where a library is needed, and none was wanted."""
    return LibraryError(
        "There is no library: it was switched off with library=None",
        advice="Choose a folder with mj.configure(library=...).",
    )


def token_from_keyring(address: str) -> Token | None:
    """Return the token that the system's keyring has for a service, or None.

    Raises:
        MjError: the keyring package is not installed.
    """
    token = _keyring().get_password(_KEYRING_SERVICE, address)
    return None if token is None else Token(token)


def token_to_keyring(address: str, token: str) -> None:
    """Keep the token for a service in the system's keyring.

    Raises:
        MjError: the keyring package is not installed.
    """
    _keyring().set_password(_KEYRING_SERVICE, address, token)


def _token_from(variable: str) -> Token | None:
    token = os.environ.get(variable)
    return None if token is None else Token(token)


def _keyring() -> Any:
    try:
        import keyring
    except ImportError:
        raise MjError(
            "The keyring package is not installed",
            advice="Run: pip install keyring",
        ) from None
    return keyring
