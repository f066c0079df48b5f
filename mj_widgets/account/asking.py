"""Getting a file that is not there, or not whole, at the first try: it is asked for again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from mj_widgets.account.arrivals import Coming
from mj_widgets.errors import ImageError, MjError
from mj_widgets.service.retry import insisted

_T = TypeVar("_T")


@dataclass(frozen=True)
class Asking:
    """How the files of one task are asked for."""

    is_new: bool = False
    """Whether the task has ended just now, so that a file which is not found may still come."""
    tell: Callable[[MjError, float], object] = lambda *_: None
    """Called with what went wrong, and the seconds until the next try."""
    show: Callable[[Coming], object] = lambda _: None
    """Called with what there is, each time another of several files has come."""
    wants_originals: bool = False
    """Whether a picture that is seen in the sheet alone is asked for as well."""

    async def until_whole(self, get: Callable[[], Awaitable[_T]]) -> _T:
        """Return what *get* comes to, after a few tries where a further one may help.

        Raises:
            ImageError: the last one's.
        """

        async def ask() -> _T:
            try:
                return await get()
            except ImageError as error:
                if self.is_new and error.status == 404:
                    error.may_pass = True
                raise

        return await insisted(ask, self.tell)
