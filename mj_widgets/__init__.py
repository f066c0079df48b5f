"""Follow Midjourney tasks live in a notebook: progress, the four pictures, buttons that work.

In a cell of a notebook::

    %load_ext mj_widgets
    import mj_widgets as mj
    mj.configure("sandbox")             # offline, to try it; else mj.login("mj.example.com")
    w = %mjimagine a red fox --ar 16:9  # or mj.imagine("..."); %mjfetch ID of a task that is there
    w                                   # its card; then w.wait(), w.image, w.upscale(2)

``%mjfetch?`` and ``mj.imagine?`` say more, and so does each name behind ``mj.`` that Tab offers.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from mj_widgets._version import __version__ as __version__

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from mj_widgets.card import TaskWidget
    from mj_widgets.card.new_cards import blend, describe, shorten
    from mj_widgets.card.picture_cards import animate, edit, retexture, swap_face
    from mj_widgets.comparisons.compare import compare
    from mj_widgets.errors import (
        BadReply,
        Forbidden,
        ImageError,
        LibraryError,
        MjError,
        Offline,
        PromptRejected,
        QueueFull,
        QuotaExceeded,
        RateLimited,
        ServiceUnavailable,
        StillRunning,
        TaskNotFound,
        Unauthorized,
    )
    from mj_widgets.gallery.imagined import imagine
    from mj_widgets.gallery.sweep import Sweep, sweep
    from mj_widgets.gallery.task_cards import TaskCards
    from mj_widgets.gallery.task_library import library
    from mj_widgets.gallery.task_set import TaskSet, fetch, tasks
    from mj_widgets.jobs import Job
    from mj_widgets.models import Submission, Task, TaskFailed
    from mj_widgets.models.template import expand
    from mj_widgets.pictures.images import split_grid
    from mj_widgets.pictures.metadata import read_metadata
    from mj_widgets.service.client import Client
    from mj_widgets.session.session import Session
    from mj_widgets.session.settings import balance, configure, login

_HOMES = {
    "mj_widgets.service.client": ("Client",),
    "mj_widgets.errors": (
        "BadReply",
        "Forbidden",
        "ImageError",
        "LibraryError",
        "MjError",
        "Offline",
        "PromptRejected",
        "QueueFull",
        "QuotaExceeded",
        "RateLimited",
        "ServiceUnavailable",
        "StillRunning",
        "TaskNotFound",
        "Unauthorized",
    ),
    "mj_widgets.pictures.images": ("split_grid",),
    "mj_widgets.pictures.metadata": ("read_metadata",),
    "mj_widgets.jobs": ("Job",),
    "mj_widgets.models": ("Submission", "Task", "TaskFailed"),
    "mj_widgets.models.template": ("expand",),
    "mj_widgets.gallery.imagined": ("imagine",),
    "mj_widgets.gallery.sweep": ("Sweep", "sweep"),
    "mj_widgets.gallery.task_cards": ("TaskCards",),
    "mj_widgets.gallery.task_library": ("library",),
    "mj_widgets.gallery.task_set": ("TaskSet", "fetch", "tasks"),
    "mj_widgets.session.session": ("Session",),
    "mj_widgets.session.settings": ("balance", "configure", "login"),
    "mj_widgets.card": ("TaskWidget",),
    "mj_widgets.card.new_cards": ("blend", "describe", "shorten"),
    "mj_widgets.card.picture_cards": ("animate", "edit", "retexture", "swap_face"),
    "mj_widgets.comparisons.compare": ("compare",),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "BadReply",
    "Client",
    "Forbidden",
    "ImageError",
    "Job",
    "LibraryError",
    "MjError",
    "Offline",
    "PromptRejected",
    "QueueFull",
    "QuotaExceeded",
    "RateLimited",
    "ServiceUnavailable",
    "Session",
    "StillRunning",
    "Submission",
    "Sweep",
    "Task",
    "TaskCards",
    "TaskFailed",
    "TaskNotFound",
    "TaskSet",
    "TaskWidget",
    "Unauthorized",
    "animate",
    "balance",
    "blend",
    "compare",
    "configure",
    "describe",
    "edit",
    "expand",
    "fetch",
    "imagine",
    "library",
    "load_ipython_extension",
    "login",
    "read_metadata",
    "retexture",
    "shorten",
    "split_grid",
    "swap_face",
    "sweep",
    "tasks",
    "unload_ipython_extension",
]


def __getattr__(name: str) -> Any:
    # aiohttp, pydantic and Pillow are imported when they are used: %load_ext stays quick.
    if name not in _HOME_OF:
        raise AttributeError(f"module 'mj_widgets' has no attribute {name!r}")
    return getattr(import_module(_HOME_OF[name]), name)


def __dir__() -> list[str]:
    # What a person looks for: no submodule, and nothing that is only imported here.
    return sorted([*__all__, *(name for name in globals() if name.startswith("__"))])


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Add ``%mjfetch``, ``%mjimagine`` and ``%mjsweep`` to the shell: ``%load_ext mj_widgets``."""
    from mj_widgets.magics.commands import MjMagics

    MjMagics.load(shell)


def unload_ipython_extension(shell: InteractiveShell) -> None:
    """Take the magics away again: ``%unload_ext mj_widgets``."""
    from mj_widgets.magics.commands import MjMagics

    MjMagics.unload(shell)
