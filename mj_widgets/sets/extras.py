"""What a table or an array needs beside the package itself, and what to do where it is missing."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from mj_widgets.errors import MjError


def extra(name: str, what: str, group: str = "frames") -> Any:
    """Return the module *name*, which is no dependency, imported now.

    Args:
        name: such as "pyarrow".
        what: what it is needed for, in words that follow "Without NAME there is no".
        group: of the package's extras, the one that brings it.

    Raises:
        MjError: it is not installed.
    """
    try:
        return import_module(name)
    except ImportError as error:
        raise MjError(
            f"Without {name.partition('.')[0]} there is no {what}",
            words="" if isinstance(error, ModuleNotFoundError) else str(error),
            advice=f'pip install "mj-widgets[{group}]" brings it; then restart the kernel.',
        ) from None
