"""How a widget gets into a cell's output."""

from __future__ import annotations

from typing import Any

from IPython import get_ipython
from IPython.display import display


class Shown:
    """Mixed into a widget: shown when it ends a cell, and only once where it was shown before."""

    _shown_in: int | None = None

    def show_now(self) -> None:
        """Show it at once, in a cell that goes on to wait for it and may then return it."""
        self._ipython_display_()
        self._shown_in = _cell()

    def _ipython_display_(self) -> None:
        if self._shown_in is None or self._shown_in != _cell():
            bundle: Any = self._repr_mimebundle_()  # type: ignore[attr-defined]
            display(bundle, raw=True)


def _cell() -> int | None:
    shell = get_ipython()
    return shell.execution_count if shell else None
