"""To begin anew: the one place of the tests that knows where settings keep what they are told."""

from __future__ import annotations

from mj_widgets.account.submitter import memory
from mj_widgets.session import settings


def know_nothing() -> None:
    """Forget what this process was told and has opened, as if it were a new kernel."""
    settings._opened.cache_clear()
    settings._choice, settings._default = settings._Choice(), None
    memory.cache_clear()
